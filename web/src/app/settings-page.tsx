import {
  Bell,
  Building2,
  KeyRound,
  type LucideIcon,
  MailPlus,
  MonitorSmartphone,
  Palette,
  ShieldCheck,
  SlidersHorizontal,
  SquareTerminal,
  UserLock,
  UserRound,
  UsersRound,
} from "lucide-react";
import type { ComponentType } from "react";
import {
  AppearanceSettings,
  ProfileSettings,
  SessionSettings,
  useOwnUser,
} from "../features/identity/index.ts";
import { NotificationSettings } from "../features/notifications/index.ts";
import { PrivacySettings } from "../features/relations/index.ts";
import { type SettingsSection, settingsSections } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { Later, LaterPart } from "../ui/later.tsx";
import { type Section, SectionedPage } from "../ui/sectioned-page.tsx";
import { SkeletonRows } from "../ui/skeleton-rows.tsx";
import { adminSectionsOf } from "./admin-sections.ts";

// Loaded when first shown: few come here, and the first page opens sooner without it.
const accounts = () => import("../features/accounts/index.ts");
const organizations = () => import("../features/organizations/index.ts");
const SecuritySettings = new LaterPart(async () => (await accounts()).SecuritySettings);
const AccountSettings = new LaterPart(async () => (await accounts()).AccountSettings);
const ApiKeySettings = new LaterPart(async () => (await accounts()).ApiKeySettings);
const OrganizationSettings = new LaterPart(async () => (await organizations()).OrganizationSettings);
const MemberSettings = new LaterPart(async () => (await organizations()).MemberSettings);
const InvitationSettings = new LaterPart(async () => (await organizations()).InvitationSettings);

interface SectionLook {
  label: string;
  icon: LucideIcon;
  page: ComponentType | LaterPart<object>;
  group?: string;
  /** Guests have no directory, and nothing to do with the organization. */
  isForGuests?: false;
}

const sections: Record<SettingsSection, SectionLook> = {
  profile: { label: texts.profile, icon: UserRound, page: ProfileSettings },
  appearance: { label: texts.appearance, icon: Palette, page: AppearanceSettings },
  security: { label: texts.security, icon: ShieldCheck, page: SecuritySettings },
  sessions: { label: texts.sessions, icon: MonitorSmartphone, page: SessionSettings },
  privacy: { label: texts.privacy, icon: UserLock, page: PrivacySettings },
  notifications: { label: texts.notifications, icon: Bell, page: NotificationSettings },
  "api-keys": { label: texts.apiKeys, icon: SquareTerminal, page: ApiKeySettings, isForGuests: false },
  account: { label: texts.account, icon: KeyRound, page: AccountSettings },
  organization: {
    label: texts.organization,
    icon: Building2,
    page: OrganizationSettings,
    group: texts.organization,
  },
  members: {
    label: texts.memberList,
    icon: UsersRound,
    page: MemberSettings,
    group: texts.organization,
    isForGuests: false,
  },
  invitations: {
    label: texts.invitations,
    icon: MailPlus,
    page: InvitationSettings,
    group: texts.organization,
    isForGuests: false,
  },
};

export function SettingsPage({ section }: { section: SettingsSection }) {
  const own = useOwnUser();
  const { page: Page } = sections[section];
  const shown = settingsSections
    .filter((name) => own.role !== "guest" || sections[name].isForGuests !== false)
    .map((name): Section => {
      const { label, icon, group = texts.settings } = sections[name];
      return { place: { name: "settings", section: name }, label, icon, isHere: name === section, group };
    });
  const [adminSection] = adminSectionsOf(own.role);
  if (adminSection !== undefined)
    shown.push({
      place: { name: "admin", section: adminSection },
      label: texts.administration,
      icon: SlidersHorizontal,
      isHere: false,
      group: texts.server,
    });
  return (
    <SectionedPage label={texts.settings} sections={shown}>
      {Page instanceof LaterPart ? (
        <Later key={section} part={Page} given={{}} waiting={<SkeletonRows />} />
      ) : (
        <Page key={section} />
      )}
    </SectionedPage>
  );
}
