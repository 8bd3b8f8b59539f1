import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MessageReport, Room } from "../../../../sdk/src/index.ts";
import { conversationPlace } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { usePerson } from "../identity/index.ts";

const shown = 50;
const reportsKey = (roomId: string) => ["reports", roomId];

/** What people complained about and nobody has looked at yet. */
export function Reports({ room }: { room: Room }) {
  const reports = useQuery({
    queryKey: reportsKey(room.id),
    staleTime: 0,
    queryFn: async ({ signal }) =>
      (await client.rooms.reports(room.id, { limit: shown }, { signal })).reports,
  });
  return (
    <section aria-label={texts.reports}>
      <h3 className="mb-2 font-semibold">{texts.reports}</h3>
      {reports.isError && <Failure>{explain(reports.error)}</Failure>}
      {reports.data?.length === 0 && <p className="text-ink-soft">{texts.noReports}</p>}
      <ul className="flex flex-col gap-3">
        {reports.data?.map((report) => (
          <ReportCard key={report.id} room={room} report={report} />
        ))}
      </ul>
    </section>
  );
}

type Measure = "remove" | "ban";

function ReportCard({ room, report }: { room: Room; report: MessageReport }) {
  const author = usePerson(report.sender_id)?.name ?? texts.someone;
  const reporter = usePerson(report.reporter_id)?.name ?? texts.someone;
  const [measure, setMeasure] = useState<Measure | null>(null);
  const resolve = useResolving(room, report);
  return (
    <li className="rounded-panel border border-line bg-surface p-3">
      <p className="text-detail text-ink-soft">{texts.wroteHere(author)}</p>
      <p dir="auto" className="mt-1 line-clamp-6 whitespace-pre-wrap text-message [overflow-wrap:anywhere]">
        {report.content}
      </p>
      <p className="mt-2 text-detail text-ink-soft">
        {texts.reportedBy(reporter, agoTime(Date.parse(report.created_at)))}
        {report.reason !== null && `: ${report.reason}`}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button busy={resolve.isPending} onClick={() => resolve.mutate(null)}>
          {texts.dismiss}
        </Button>
        <Button look="harm" onClick={() => resolve.mutate("delete")}>
          {texts.deleteMessage}
        </Button>
        <Button onClick={() => setMeasure("remove")}>{texts.removeFromRoom}</Button>
        <Button onClick={() => setMeasure("ban")}>{texts.banFromRoom}</Button>
        <Link
          to={conversationPlace(room.id, { messageId: report.message_id, panel: "room" })}
          className="inline-flex min-h-8 items-center px-2 text-accent-ink hover:underline"
        >
          {texts.showInRoom}
        </Link>
      </div>
      {resolve.isError && measure === null && <Failure>{explain(resolve.error)}</Failure>}
      {measure !== null && (
        <Confirm
          title={measure === "ban" ? texts.roomBanTitle(author) : texts.removeFromRoomTitle(author)}
          about={measure === "ban" ? texts.roomBanAbout : texts.removeFromRoomAbout}
          action={measure === "ban" ? texts.banFromRoom : texts.removeFromRoom}
          busy={resolve.isPending}
          error={resolve.isError ? explain(resolve.error) : null}
          onConfirm={() => resolve.mutate(measure)}
          onClose={() => setMeasure(null)}
        />
      )}
    </li>
  );
}

/** Does what was decided, and then says that the report was dealt with. */
function useResolving(room: Room, report: MessageReport) {
  return useMutation({
    mutationFn: async (measure: Measure | "delete" | null) => {
      const { message_id: messageId, sender_id: userId } = report;
      if (measure === "delete") await client.messages.delete(messageId);
      else if (measure === "remove") await client.rooms.removeMember(room.id, userId);
      else if (measure === "ban") await client.rooms.ban(room.id, { user_id: userId, reason: report.reason });
      await client.rooms.resolveReport(room.id, report.id);
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: reportsKey(room.id) });
      void queries.invalidateQueries({ queryKey: ["bans", room.id] });
    },
  });
}
