import {
  Building2,
  ChartNoAxesColumn,
  History,
  type LucideIcon,
  Mail,
  ShieldX,
  UsersRound,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import { useOwnUser } from "../features/identity/index.ts";
import type { AdminSection } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { Empty } from "../ui/empty.tsx";
import { SectionedPage } from "../ui/sectioned-page.tsx";
import { adminSectionsOf } from "./admin-sections.ts";

// Loaded when first shown: most people never come here.
const admin = () => import("../features/admin/index.ts");

const sections: Record<AdminSection, { label: string; icon: LucideIcon; page: ComponentType }> = {
  overview: {
    label: texts.overview,
    icon: ChartNoAxesColumn,
    page: lazy(async () => ({ default: (await admin()).OverviewPage })),
  },
  users: {
    label: texts.users,
    icon: UsersRound,
    page: lazy(async () => ({ default: (await admin()).UsersPage })),
  },
  organizations: {
    label: texts.organizations,
    icon: Building2,
    page: lazy(async () => ({ default: (await admin()).OrganizationsPage })),
  },
  mail: { label: texts.mail, icon: Mail, page: lazy(async () => ({ default: (await admin()).MailPage })) },
  audit: {
    label: texts.audit,
    icon: History,
    page: lazy(async () => ({ default: (await admin()).AuditPage })),
  },
};

/** What whoever runs the server sees and does. */
export function AdminPage({ section }: { section: AdminSection }) {
  const own = useOwnUser();
  const shown = adminSectionsOf(own.role);
  if (!shown.includes(section))
    return <Empty isPage icon={ShieldX} title={texts.onlyAdminsTitle} about={texts.onlyAdminsAbout} />;
  const { page: Page } = sections[section];
  return (
    <SectionedPage
      label={texts.administration}
      sections={shown.map((name) => ({
        place: { name: "admin", section: name },
        label: sections[name].label,
        icon: sections[name].icon,
        isHere: name === section,
        group: texts.administration,
      }))}
    >
      <Page key={section} />
    </SectionedPage>
  );
}
