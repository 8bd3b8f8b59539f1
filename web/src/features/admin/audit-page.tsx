import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { AuditedChange } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Empty } from "../../ui/empty.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { usePerson } from "../identity/index.ts";

const pageRows = 50;

/** Who changed what: the trail of sensitive operations. */
export function AuditPage() {
  const trail = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.admin.auditLogs(
        { trail: "changes", limit: pageRows, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
  const all = trail.data?.pages.flatMap((page) => page.audit_logs).filter(isChange) ?? [];
  return (
    <SettingsSection wide title={texts.audit} about={texts.auditAbout}>
      {trail.isPending && <SkeletonRows />}
      {trail.isError && <Failure>{explain(trail.error)}</Failure>}
      {trail.isSuccess && all.length === 0 && <Empty icon={History} title={texts.noAudit} about="" />}
      <ul aria-label={texts.audit} className="flex flex-col">
        {all.map((change) => (
          <ChangeRow key={change.id} change={change} />
        ))}
      </ul>
      <MoreButton pages={trail} />
    </SettingsSection>
  );
}

function isChange(row: object): row is AuditedChange {
  return "action" in row;
}

function ChangeRow({ change }: { change: AuditedChange }) {
  const actor = usePerson(change.actor_id ?? "");
  const target = usePerson(change.target_type === "user" ? change.target_id : "");
  const who = change.actor_id === null ? texts.auditBySystem : (actor?.name ?? change.actor_id);
  return (
    <li className="border-line border-b py-2.5">
      <div className="flex items-baseline gap-3">
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <span className="font-medium">{who}</span>{" "}
          <code className="font-mono text-detail">{change.action}</code> {target?.name ?? change.target_type}
        </p>
        <Time
          at={change.created_at}
          show={(at) => agoTime(at)}
          className="shrink-0 text-detail text-ink-soft"
        />
      </div>
      <p className="text-detail text-ink-soft">
        {change.details.length > 0 && `${texts.auditFields(change.details)} · `}
        {change.outcome}
        {target === undefined && <span className="[overflow-wrap:anywhere]"> · {change.target_id}</span>}
        {change.ip !== null && <span className="tabular"> · {change.ip}</span>}
      </p>
    </li>
  );
}
