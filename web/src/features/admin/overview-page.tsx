import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Stats } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsGroup, SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { RelayNotice } from "./relay-notice.tsx";

const refreshMs = 10_000;

/** The server as it is now, and telling everybody something. */
export function OverviewPage() {
  const stats = useQuery({
    queryKey: ["stats"],
    queryFn: () => client.admin.stats(),
    refetchInterval: refreshMs,
  });
  return (
    <SettingsSection wide title={texts.overview} about={texts.overviewAbout}>
      <RelayNotice>
        <Link to={{ name: "admin", section: "mail" }} className="font-medium text-accent-ink underline">
          {texts.seeMails}
        </Link>
      </RelayNotice>
      {stats.isPending && <SkeletonRows />}
      {stats.isError && <Failure>{explain(stats.error)}</Failure>}
      {stats.isSuccess && <Numbers stats={stats.data} />}
      <SettingsGroup title={texts.announce} about={texts.announceAbout}>
        <AnnouncementForm />
      </SettingsGroup>
    </SettingsSection>
  );
}

function Numbers({ stats }: { stats: Stats }) {
  const shown = [
    [texts.statOnline, stats.users_online],
    [texts.statUsers, stats.users],
    [texts.statBanned, stats.banned_users],
    [texts.statOrganizations, stats.organizations],
    [texts.statConversations, stats.conversations],
    [texts.statMessages, stats.messages],
    [texts.statSessions, stats.sessions],
    [texts.statConnections, stats.connections],
    [texts.statDatabase, texts.databaseNames[stats.database]],
  ] as const;
  return (
    <dl className="grid grid-cols-2 gap-3 medium:grid-cols-3">
      {shown.map(([name, value]) => (
        <div key={name} className="flex flex-col-reverse rounded-panel border border-line px-4 py-3">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="tabular font-semibold text-title">
            {typeof value === "number" ? texts.number(value) : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function AnnouncementForm() {
  const [message, setMessage] = useState("");
  const telling = useMutation({
    mutationFn: () => client.admin.announce(message.trim()),
    onSuccess: () => setMessage(""),
  });
  const fault = faultOf(telling.error, "message");
  return (
    <form
      className="flex max-w-lg flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        telling.mutate();
      }}
    >
      <TextArea
        label={texts.announceText}
        rows={2}
        required
        value={message}
        error={fault}
        onChange={(event) => setMessage(event.target.value)}
      />
      {telling.isError && fault === null && <Failure>{explain(telling.error)}</Failure>}
      {telling.isSuccess && <p role="status">{texts.announced}</p>}
      <Button
        type="submit"
        look="primary"
        className="self-start"
        busy={telling.isPending}
        disabled={message.trim() === ""}
      >
        {texts.announceSend}
      </Button>
    </form>
  );
}
