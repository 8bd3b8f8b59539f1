import { useMutation, useQuery } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useState } from "react";
import type { Session } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";

const key = ["sessions"];

/** Where one is signed in. */
export function SessionSettings() {
  const sessions = useQuery({ queryKey: key, queryFn: () => client.sessions.list() });
  const [isAsking, setAsking] = useState(false);
  const endOthers = useMutation({
    mutationFn: () => client.sessions.endOthers(),
    onSuccess: () => {
      setAsking(false);
      return queries.invalidateQueries({ queryKey: key });
    },
  });
  return (
    <SettingsSection title={texts.sessions} about={texts.sessionsAbout}>
      {sessions.isPending && <SkeletonRows />}
      {sessions.isError && <Failure>{explain(sessions.error)}</Failure>}
      {sessions.isSuccess && (
        <>
          <ul className="flex flex-col">
            {sessions.data.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
          {sessions.data.length > 1 && (
            <Button className="self-start" onClick={() => setAsking(true)}>
              {texts.endOthers}
            </Button>
          )}
        </>
      )}
      {endOthers.isSuccess && <p role="status">{texts.othersEnded(endOthers.data.ended)}</p>}
      {isAsking && (
        <Confirm
          title={texts.endOthersTitle}
          about={texts.endOthersAbout}
          action={texts.endOthers}
          busy={endOthers.isPending}
          error={endOthers.isError ? explain(endOthers.error) : null}
          onConfirm={() => endOthers.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </SettingsSection>
  );
}

function SessionRow({ session }: { session: Session }) {
  const ending = useMutation({
    mutationFn: () => client.sessions.end(session.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  const name = session.device_name ?? texts.unknownDevice;
  const Icon = /Android|iPhone/.test(session.user_agent ?? "") ? Smartphone : Laptop;
  return (
    <li className="flex flex-wrap items-center gap-3 border-line border-b py-3">
      <Icon aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-ink-soft" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {name}{" "}
          {session.current && <span className="font-normal text-accent-ink">({texts.thisSession})</span>}
        </p>
        <p className="text-detail text-ink-soft">
          {session.ip !== null && <span className="tabular">{session.ip} · </span>}
          <Time at={session.last_used_at} show={(at) => texts.lastUsed(agoTime(at))} />
        </p>
        {ending.isError && <p className="text-detail text-harm-ink">{explain(ending.error)}</p>}
      </div>
      {!session.current && (
        <Button
          busy={ending.isPending}
          onClick={() => ending.mutate()}
          aria-label={`${texts.endSession}: ${name}`}
        >
          {texts.endSession}
        </Button>
      )}
    </li>
  );
}
