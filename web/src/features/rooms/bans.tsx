import { useMutation, useQuery } from "@tanstack/react-query";
import type { Room, RoomBan } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { usePerson } from "../identity/index.ts";

const shown = 100;

/** Who may not come into the room. */
export function Bans({ room }: { room: Room }) {
  const bans = useQuery({
    queryKey: ["bans", room.id],
    staleTime: 0,
    queryFn: async ({ signal }) => (await client.rooms.bans(room.id, { limit: shown }, { signal })).bans,
  });
  return (
    <section aria-label={texts.bans}>
      <h3 className="mb-2 font-semibold">{texts.bans}</h3>
      {bans.isError && <Failure>{explain(bans.error)}</Failure>}
      {bans.data?.length === 0 && <p className="text-ink-soft">{texts.noBans}</p>}
      <ul className="flex flex-col gap-1">
        {bans.data?.map((ban) => (
          <BanRow key={ban.user_id} room={room} ban={ban} />
        ))}
      </ul>
    </section>
  );
}

function BanRow({ room, ban }: { room: Room; ban: RoomBan }) {
  const person = usePerson(ban.user_id);
  const by = usePerson(ban.banned_by)?.name ?? texts.someone;
  const name = person?.name ?? texts.someone;
  const lift = useMutation({
    mutationFn: () => client.rooms.liftBan(room.id, ban.user_id),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["bans", room.id] }),
  });
  return (
    <li className="flex items-center gap-3 py-1">
      <Avatar id={ban.user_id} name={name} url={person?.avatarUrl ?? null} />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{name}</span>
        <span className="block truncate text-detail text-ink-soft">
          {texts.bannedBy(by, agoTime(Date.parse(ban.created_at)))}
          {ban.reason !== null && `: ${ban.reason}`}
        </span>
      </span>
      <Button busy={lift.isPending} aria-label={`${texts.liftBan}: ${name}`} onClick={() => lift.mutate()}>
        {texts.liftBan}
      </Button>
    </li>
  );
}
