import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Organization } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { shortDate } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { NewOrganization } from "./new-organization.tsx";

const pageRows = 50;

/** All organizations of the server: that they are there and how large, never what is in them. */
export function OrganizationsPage() {
  const [isMaking, setMaking] = useState(false);
  const organizations = useInfiniteQuery({
    queryKey: ["organizations"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.organizations.list(
        { limit: pageRows, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const all = organizations.data?.pages.flatMap((page) => page.organizations) ?? [];
  return (
    <SettingsSection wide title={texts.organizations} about={texts.organizationsAbout}>
      <Button look="primary" className="self-start" onClick={() => setMaking(true)}>
        {texts.organizationNew}
      </Button>
      {organizations.isPending && <SkeletonRows />}
      {organizations.isError && <Failure>{explain(organizations.error)}</Failure>}
      <ul aria-label={texts.organizations} className="flex flex-col">
        {all.map((organization) => (
          <OrganizationRow key={organization.id} organization={organization} />
        ))}
      </ul>
      <MoreButton pages={organizations} />
      {isMaking && <NewOrganization onClose={() => setMaking(false)} />}
    </SettingsSection>
  );
}

function OrganizationRow({ organization }: { organization: Organization }) {
  const { id, name, slug, plan, member_count, created_at } = organization;
  return (
    <li className="flex items-center gap-3 border-line border-b py-2.5">
      <Avatar id={id} name={name} url={null} kind="group" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="flex flex-wrap gap-x-2 text-detail text-ink-soft">
          <span>{slug}</span>
          <span>{plan}</span>
          <Time at={created_at} show={(at) => texts.organizationSince(shortDate(at))} />
        </p>
      </div>
      <span className="tabular shrink-0 text-ink-soft">{texts.organizationMembers(member_count)}</span>
    </li>
  );
}
