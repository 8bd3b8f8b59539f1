import { useState } from "react";
import { confirm } from "../../platform/announce.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime, listTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Time } from "../../ui/time.tsx";
import { PeopleList, useOwnUser } from "../identity/index.ts";
import { PersonRow } from "./person-row.tsx";
import { type FriendStatus, useBlocked, useChangeRelation, useFriends } from "./relations.ts";

type Friend = NonNullable<ReturnType<typeof useFriends>["data"]>[number];

/** Friends, and who has asked whom. */
export function FriendSettings() {
  const own = useOwnUser();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <FriendList status="incoming" title={texts.friendRequests} />
      <FriendList status="accepted" title={null} />
      <FriendList status="outgoing" title={texts.friendsAsked} />
      {own.role !== "guest" && (
        <Button className="self-start" onClick={() => setAdding(true)}>
          {texts.friendAdd}
        </Button>
      )}
      {isAdding && <AddFriend onClose={() => setAdding(false)} />}
    </>
  );
}

function FriendList({ status, title }: { status: FriendStatus; title: string | null }) {
  const friends = useFriends(status);
  const [removing, setRemoving] = useState<Friend | null>(null);
  const change = useChangeRelation(() => setRemoving(null));
  if (friends.isPending) return status === "accepted" ? <div className="skeleton h-9" /> : null;
  if (friends.isError) return <Failure>{explain(friends.error)}</Failure>;
  if (friends.data.length === 0)
    return status === "accepted" ? <p className="text-ink-soft">{texts.noFriends}</p> : null;
  return (
    <div>
      {title !== null && <h3 className="font-medium text-detail text-ink-soft">{title}</h3>}
      {change.isError && removing === null && <Failure>{explain(change.error)}</Failure>}
      <ul aria-label={title ?? texts.friends} className="flex flex-col">
        {friends.data.map((friend) => (
          <PersonRow key={friend.id} person={friend} detail={<Since friend={friend} />}>
            <FriendActions
              friend={friend}
              busy={change.isPending && change.variables.userId === friend.id}
              onAccept={() => change.mutate({ userId: friend.id, change: "accept" })}
              onEnd={() => {
                if (status === "accepted") setRemoving(friend);
                else change.mutate({ userId: friend.id, change: "end" });
              }}
            />
          </PersonRow>
        ))}
      </ul>
      {removing !== null && (
        <Confirm
          title={texts.friendRemoveTitle(removing.display_name)}
          about={texts.friendRemoveAbout}
          action={texts.friendRemove}
          busy={change.isPending}
          error={change.isError ? explain(change.error) : null}
          onConfirm={() => change.mutate({ userId: removing.id, change: "end" })}
          onClose={() => setRemoving(null)}
        />
      )}
    </div>
  );
}

function Since({ friend }: { friend: Friend }) {
  const isFriend = friend.status === "accepted";
  return (
    <Time
      at={friend.since}
      show={(at) => (isFriend ? texts.friendSince(listTime(at)) : texts.friendAskedAt(agoTime(at)))}
    />
  );
}

interface FriendActionsProps {
  friend: Friend;
  busy: boolean;
  onAccept: () => void;
  onEnd: () => void;
}

function FriendActions({ friend, busy, onAccept, onEnd }: FriendActionsProps) {
  const end = { accepted: texts.friendRemove, incoming: texts.friendDecline, outgoing: texts.friendTakeBack }[
    friend.status
  ];
  return (
    <>
      {friend.status === "incoming" && (
        <Button
          look="primary"
          busy={busy}
          aria-label={`${texts.friendAccept}: ${friend.display_name}`}
          onClick={onAccept}
        >
          {texts.friendAccept}
        </Button>
      )}
      <Button busy={busy} aria-label={`${end}: ${friend.display_name}`} onClick={onEnd}>
        {end}
      </Button>
    </>
  );
}

/** Chooses whom to ask: whoever is none already, and is not blocked. */
function AddFriend({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState("");
  const ask = useChangeRelation(onClose);
  const lists = [useFriends("accepted"), useFriends("outgoing"), useBlocked()];
  const without = new Set(lists.flatMap(({ data = [] }) => data.map(({ id }) => id)));
  return (
    <Dialog title={texts.friendAdd} onClose={onClose}>
      <div className="flex min-h-0 flex-col gap-3 p-5 pt-3">
        <SearchField
          label={texts.findPeople}
          data-autofocus
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        {ask.isError && <Failure>{explain(ask.error)}</Failure>}
        <div className="medium:h-80 medium:overflow-y-auto">
          <PeopleList
            words={words}
            without={without}
            row={(person, face) => (
              <button
                type="button"
                disabled={ask.isPending}
                onClick={() =>
                  ask.mutate(
                    { userId: person.id, change: "ask" },
                    { onSuccess: () => confirm(texts.friendAsked(person.display_name)) },
                  )
                }
                className="flex w-full items-center gap-3 rounded-control px-2 py-2 hover:bg-hover"
              >
                {face}
              </button>
            )}
          />
        </div>
      </div>
    </Dialog>
  );
}
