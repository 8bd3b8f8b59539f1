import {
  KeyRound,
  type LucideIcon,
  MonitorSmartphone,
  Palette,
  ShieldCheck,
  SquareTerminal,
  UserRound,
  UsersRound,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import { AppearanceSettings, ProfileSettings, SessionSettings } from "../features/identity/index.ts";
import { PrivacySettings } from "../features/relations/index.ts";
import { type SettingsSection, settingsSections } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { SectionedPage } from "../ui/sectioned-page.tsx";

// Loaded when first shown: few come here, and the first page opens sooner without it.
const accounts = () => import("../features/accounts/index.ts");
const SecuritySettings = lazy(async () => ({ default: (await accounts()).SecuritySettings }));
const AccountSettings = lazy(async () => ({ default: (await accounts()).AccountSettings }));
const ApiKeySettings = lazy(async () => ({ default: (await accounts()).ApiKeySettings }));

interface SectionLook {
  label: string;
  icon: LucideIcon;
  page: ComponentType;
}

const sections: Record<SettingsSection, SectionLook> = {
  profile: { label: texts.profile, icon: UserRound, page: ProfileSettings },
  appearance: { label: texts.appearance, icon: Palette, page: AppearanceSettings },
  security: { label: texts.security, icon: ShieldCheck, page: SecuritySettings },
  sessions: { label: texts.sessions, icon: MonitorSmartphone, page: SessionSettings },
  privacy: { label: texts.privacy, icon: UsersRound, page: PrivacySettings },
  "api-keys": { label: texts.apiKeys, icon: SquareTerminal, page: ApiKeySettings },
  account: { label: texts.account, icon: KeyRound, page: AccountSettings },
};

export function SettingsPage({ section }: { section: SettingsSection }) {
  const { page: Page } = sections[section];
  return (
    <SectionedPage
      label={texts.settings}
      sections={settingsSections.map((name) => ({
        place: { name: "settings", section: name },
        label: sections[name].label,
        icon: sections[name].icon,
        isHere: name === section,
        group: texts.settings,
      }))}
    >
      <Page key={section} />
    </SectionedPage>
  );
}
