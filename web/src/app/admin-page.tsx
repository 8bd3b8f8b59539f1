import {
  Building2,
  ChartNoAxesColumn,
  History,
  type LucideIcon,
  Mail,
  ShieldX,
  UsersRound,
} from "lucide-react";
import { useOwnUser } from "../features/identity/index.ts";
import type { AdminSection } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { Empty } from "../ui/empty.tsx";
import { Later, LaterPart } from "../ui/later.tsx";
import { SectionedPage } from "../ui/sectioned-page.tsx";
import { SkeletonRows } from "../ui/skeleton-rows.tsx";
import { adminSectionsOf } from "./admin-sections.ts";

// Loaded when first shown: most people never come here.
const admin = () => import("../features/admin/index.ts");

const sections: Record<AdminSection, { label: string; icon: LucideIcon; page: LaterPart<object> }> = {
  overview: {
    label: texts.overview,
    icon: ChartNoAxesColumn,
    page: new LaterPart(async () => (await admin()).OverviewPage),
  },
  users: {
    label: texts.users,
    icon: UsersRound,
    page: new LaterPart(async () => (await admin()).UsersPage),
  },
  organizations: {
    label: texts.organizations,
    icon: Building2,
    page: new LaterPart(async () => (await admin()).OrganizationsPage),
  },
  mail: { label: texts.mail, icon: Mail, page: new LaterPart(async () => (await admin()).MailPage) },
  audit: {
    label: texts.audit,
    icon: History,
    page: new LaterPart(async () => (await admin()).AuditPage),
  },
};

/** What whoever runs the server sees and does. */
export function AdminPage({ section }: { section: AdminSection }) {
  const own = useOwnUser();
  const shown = adminSectionsOf(own.role);
  if (!shown.includes(section))
    return <Empty isPage icon={ShieldX} title={texts.onlyAdminsTitle} about={texts.onlyAdminsAbout} />;
  const { page } = sections[section];
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
      <Later key={section} part={page} given={{}} waiting={<SkeletonRows />} />
    </SectionedPage>
  );
}
