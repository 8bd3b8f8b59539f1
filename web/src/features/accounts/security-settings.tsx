import { texts } from "../../platform/texts.ts";
import { Link } from "../../ui/link.tsx";
import { SettingsGroup, SettingsSection } from "../../ui/settings-section.tsx";
import { PasswordForm } from "./password-form.tsx";
import { TwoFactorSettings } from "./two-factor-settings.tsx";

/** What keeps others out: the password and the second factor. */
export function SecuritySettings() {
  return (
    <SettingsSection title={texts.security} about={texts.securityAbout}>
      <SettingsGroup title={texts.twoFactor} about={texts.twoFactorAbout}>
        <TwoFactorSettings />
      </SettingsGroup>
      <SettingsGroup title={texts.changePassword} about={texts.changePasswordAbout}>
        <PasswordForm />
      </SettingsGroup>
      <SettingsGroup title={texts.sessions} about={texts.sessionsAbout}>
        <Link
          to={{ name: "settings", section: "sessions" }}
          className="self-start font-medium text-accent-ink hover:underline"
        >
          {texts.toSessions}
        </Link>
      </SettingsGroup>
    </SettingsSection>
  );
}
