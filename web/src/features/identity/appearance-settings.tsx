import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { chooseTheme, type Theme, theme, themes } from "../../platform/theme.ts";
import { Choice } from "../../ui/field.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";

export const themeNames: Record<Theme, string> = {
  system: texts.themeSystem,
  light: texts.themeLight,
  dark: texts.themeDark,
};

/** How the app looks on this device. */
export function AppearanceSettings() {
  const chosen = useStore(theme);
  return (
    <SettingsSection title={texts.appearance}>
      <Choice
        label={texts.theme}
        value={chosen}
        options={themes.map((value) => ({ value, label: themeNames[value] }))}
        onChange={chooseTheme}
      />
    </SettingsSection>
  );
}
