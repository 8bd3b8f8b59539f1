import { useQuery } from "@tanstack/react-query";
import { UserPlus, X } from "lucide-react";
import { useState } from "react";
import type { Conversation, Room } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Bans } from "./bans.tsx";
import { InviteToRoom } from "./invite-to-room.tsx";
import { Reports } from "./reports.tsx";
import { hasRank } from "./room-rights.ts";
import { RoomSettings } from "./room-settings.tsx";

interface RoomPanelProps {
  conversation: Conversation;
  onClose: () => void;
}

/** Beside a room: what it is for, its rules, and what those who keep order have to do. */
export function RoomPanel({ conversation, onClose }: RoomPanelProps) {
  const room = useQuery({
    // Whatever changes the room makes it be read again.
    queryKey: ["room", conversation.id, conversation.updated_at],
    queryFn: ({ signal }) => client.rooms.get(conversation.id, { signal }),
    placeholderData: (before) => before,
  });
  return (
    <aside aria-label={texts.roomPanel} className="flex h-full flex-col bg-canvas">
      <header className="flex h-14 shrink-0 items-center gap-2 border-line border-b ps-5 pe-2">
        <h2 className="flex-1 font-semibold text-heading">{texts.roomPanel}</h2>
        <IconButton icon={X} label={texts.closeRoomPanel} onClick={onClose} />
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto p-5">
        {room.isPending && <SkeletonRows />}
        {room.isError && <Failure>{explain(room.error)}</Failure>}
        {room.data !== undefined && <Parts room={room.data} />}
      </div>
    </aside>
  );
}

function Parts({ room }: { room: Room }) {
  const [isInviting, setInviting] = useState(false);
  const keepsOrder = hasRank(room.role, "moderator") || hasRank(room.role, room.permissions.manage);
  return (
    <>
      {hasRank(room.role, room.permissions.invite) && (
        <Button onClick={() => setInviting(true)}>
          <UserPlus aria-hidden size={16} />
          {texts.inviteToRoom}
        </Button>
      )}
      {keepsOrder && <Reports room={room} />}
      {room.role === "admin" ? <RoomSettings key={room.id} room={room} /> : <Rules room={room} />}
      {keepsOrder && <Bans room={room} />}
      {isInviting && <InviteToRoom room={room} onClose={() => setInviting(false)} />}
    </>
  );
}

/** For who cannot change them. */
function Rules({ room }: { room: Room }) {
  const rules = [
    room.permissions.post === "member" ? null : texts.announcementsOnlyAbout,
    room.slow_mode_seconds === 0 ? null : texts.slowModeEvery(room.slow_mode_seconds),
  ].filter((rule) => rule !== null);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{room.name}</h3>
      {room.description !== null && (
        <p className="whitespace-pre-wrap text-ink-soft [overflow-wrap:anywhere]">{room.description}</p>
      )}
      {rules.map((rule) => (
        <p key={rule} className="text-ink-soft">
          {rule}
        </p>
      ))}
    </section>
  );
}
