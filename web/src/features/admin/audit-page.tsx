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
import { ExportButton } from "./export-button.tsx";

const pageRows = 50;

const exported: Readonly<Record<string, (change: AuditedChange) => string | null>> = {
  id: (change) => change.id,
  created_at: (change) => change.created_at,
  actor_id: (change) => change.actor_id,
  action: (change) => change.action,
  target_type: (change) => change.target_type,
  target_id: (change) => change.target_id,
  outcome: (change) => change.outcome,
  details: (change) => change.details.join(" "),
  organization_id: (change) => change.organization_id,
  request_id: (change) => change.request_id,
  ip: (change) => change.ip,
  prev_hash: (change) => change.prev_hash,
  hash: (change) => change.hash,
};

const pageQuery = (cursor: string, limit: number) => ({
  trail: "changes" as const,
  limit,
  ...(cursor === "" ? {} : { cursor }),
});

async function readChanges(cursor: string, limit: number) {
  const { audit_logs, next_cursor } = await client.admin.auditLogs(pageQuery(cursor, limit));
  return { rows: audit_logs.filter(isChange), next: next_cursor };
}

/** Who changed what: the trail of sensitive operations. */
export function AuditPage() {
  const trail = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => client.admin.auditLogs(pageQuery(pageParam, pageRows), { signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  const all = trail.data?.pages.flatMap((page) => page.audit_logs).filter(isChange) ?? [];
  return (
    <SettingsSection wide title={texts.audit} about={texts.auditAbout}>
      {trail.isPending && <SkeletonRows />}
      {trail.isError && <Failure>{explain(trail.error)}</Failure>}
      {trail.isSuccess && all.length === 0 && (
        <Empty icon={History} title={texts.noAudit} about={texts.noAuditAbout} />
      )}
      <ul aria-label={texts.audit} className="flex flex-col">
        {all.map((change) => (
          <ChangeRow key={change.id} change={change} />
        ))}
      </ul>
      <MoreButton pages={trail} />
      {all.length > 0 && <ExportButton name="parley-changes" columns={exported} readPage={readChanges} />}
    </SettingsSection>
  );
}

function isChange(row: object): row is AuditedChange {
  return "action" in row;
}

function ChangeRow({ change }: { change: AuditedChange }) {
  const actor = usePerson(change.actor_id ?? "");
  const target = usePerson(change.target_type === "user" ? change.target_id : "");
  const isOther = change.target_type === "user" && change.target_id !== change.actor_id;
  const who = change.actor_id === null ? texts.auditBySystem : (actor?.name ?? change.actor_id);
  return (
    <li className="border-line border-b py-2.5">
      <div className="flex items-baseline gap-3">
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <span className="font-medium">{who}</span>{" "}
          {texts.auditActions[change.action] ?? change.action.replace(/[._]/g, " ")}{" "}
          {isOther && (target?.name ?? change.target_id)}
        </p>
        <Time
          at={change.created_at}
          show={(at) => agoTime(at)}
          className="shrink-0 text-detail text-ink-soft"
        />
      </div>
      <p className="text-detail text-ink-soft">
        {change.details.length > 0 && `${texts.auditFields(change.details)} · `}
        <code className="font-mono">{change.action}</code> · {change.outcome}
        {change.target_type !== "user" && (
          <span className="[overflow-wrap:anywhere]"> · {change.target_id}</span>
        )}
        {change.ip !== null && <span className="tabular"> · {change.ip}</span>}
      </p>
    </li>
  );
}
