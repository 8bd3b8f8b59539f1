import { KeyRound, type LucideIcon, MonitorSmartphone, Palette, UserRound } from "lucide-react";
import {
  AccountSettings,
  AppearanceSettings,
  ProfileSettings,
  SessionSettings,
} from "../features/identity/index.ts";
import { type SettingsSection, settingsSections } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { classes } from "../ui/classes.ts";
import { Link } from "../ui/link.tsx";

const sections: Record<SettingsSection, { label: string; icon: LucideIcon; page: () => React.ReactNode }> = {
  profile: { label: texts.profile, icon: UserRound, page: ProfileSettings },
  appearance: { label: texts.appearance, icon: Palette, page: AppearanceSettings },
  sessions: { label: texts.sessions, icon: MonitorSmartphone, page: SessionSettings },
  account: { label: texts.account, icon: KeyRound, page: AccountSettings },
};

export function SettingsPage({ section }: { section: SettingsSection }) {
  const { page: Page } = sections[section];
  return (
    <div className="flex h-full flex-col overflow-y-auto medium:flex-row medium:overflow-visible">
      <nav
        aria-label={texts.settings}
        className="flex shrink-0 gap-1 overflow-x-auto border-line border-b bg-canvas p-2 medium:w-60 medium:flex-col medium:overflow-x-visible medium:border-e medium:border-b-0 medium:p-3"
      >
        <h2 className="hidden px-3 pt-1 pb-2 font-semibold text-heading medium:block">{texts.settings}</h2>
        {settingsSections.map((name) => {
          const { label, icon: Icon } = sections[name];
          return (
            <Link
              key={name}
              to={{ name: "settings", section: name }}
              replace
              aria-current={name === section ? "page" : undefined}
              className={classes(
                "flex min-h-9 shrink-0 items-center gap-3 rounded-control px-3",
                name === section ? "bg-pressed font-medium" : "text-ink-soft hover:bg-hover hover:text-ink",
              )}
            >
              <Icon aria-hidden size={17} strokeWidth={1.75} />
              {label}
            </Link>
          );
        })}
      </nav>
      <div className="min-w-0 flex-1 px-4 py-6 medium:overflow-y-auto medium:px-10">
        <Page />
      </div>
    </div>
  );
}
