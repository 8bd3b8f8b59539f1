import { useMutation } from "@tanstack/react-query";
import { Ellipsis, MessageSquareText, Shield, ShieldCheck, UserMinus, UserRound } from "lucide-react";
import { useState } from "react";
import type { Conversation, Participant, ParticipantWithPresence } from "../../../../sdk/src/index.ts";
import { complain } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { useOwnUser, usePresence } from "../identity/index.ts";
import { BlockPerson, useRelationEntries } from "../relations/index.ts";
import { useWriteTo } from "./new-direct.tsx";
import { useParticipantPages } from "./participants.ts";

type Role = Participant["role"];

const roleNames: Record<Role, string> = {
  admin: texts.roleAdmin,
  moderator: texts.roleModerator,
  member: texts.roleMember,
  customer: texts.roleCustomer,
  agent: texts.roleAgent,
};

interface ParticipantListProps {
  conversation: Conversation;
  ownRole: Role | undefined;
}

/** Who takes part and as what; what one may do about it. */
export function ParticipantList({ conversation, ownRole }: ParticipantListProps) {
  const pages = useParticipantPages(conversation.id);
  const [removing, setRemoving] = useState<ParticipantWithPresence | null>(null);
  const [blocking, setBlocking] = useState<ParticipantWithPresence | null>(null);
  if (pages.isPending) return <SkeletonRows />;
  if (pages.isLoadingError) return <Failure>{explain(pages.error)}</Failure>;
  const everybody = pages.data.pages.flatMap(({ participants }) => participants);
  return (
    <section className="px-2">
      <h3 className="px-3 pb-1 font-medium text-detail text-ink-soft">
        {texts.participants(conversation.participant_count)}
      </h3>
      <ul>
        {everybody.map((person) => (
          <ParticipantRow
            key={person.user_id}
            person={person}
            conversation={conversation}
            ownRole={ownRole}
            onRemove={() => setRemoving(person)}
            onBlock={() => setBlocking(person)}
          />
        ))}
      </ul>
      <MoreButton pages={pages} />
      {blocking !== null && (
        <BlockPerson
          userId={blocking.user_id}
          name={blocking.display_name}
          onClose={() => setBlocking(null)}
        />
      )}
      {removing !== null && (
        <RemoveParticipant conversation={conversation} person={removing} onClose={() => setRemoving(null)} />
      )}
    </section>
  );
}

interface ParticipantRowProps extends ParticipantListProps {
  person: ParticipantWithPresence;
  onRemove: () => void;
  onBlock: () => void;
}

function ParticipantRow({ person, conversation, ownRole, onRemove, onBlock }: ParticipantRowProps) {
  const own = useOwnUser();
  const presence = usePresence(person.user_id);
  const entries = useEntries({ person, conversation, ownRole, onRemove, onBlock });
  const isOwn = person.user_id === own.id;
  return (
    <li className="flex items-center gap-3 rounded-control px-3 py-1.5">
      <Avatar
        id={person.user_id}
        name={person.display_name}
        url={person.avatar_url}
        online={presence?.online ?? person.online}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          {person.display_name}
          {isOwn && <span className="text-ink-soft"> ({texts.you})</span>}
          {(presence?.online ?? person.online) && <span className="sr-only">, {texts.online}</span>}
        </span>
        <span className="block truncate text-detail text-ink-soft">
          {person.role === "member" ? <bdi>@{person.username}</bdi> : roleNames[person.role]}
        </span>
      </span>
      {entries.length > 0 && (
        <Menu
          trigger={
            <IconButton size="small" icon={Ellipsis} label={texts.personActions(person.display_name)} />
          }
          entries={entries}
        />
      )}
    </li>
  );
}

const givenRoles = ["admin", "moderator", "member"] as const;
const roleIcons = { admin: ShieldCheck, moderator: Shield, member: UserRound } as const;

function useEntries({ person, conversation, ownRole, onRemove, onBlock }: ParticipantRowProps): MenuEntry[] {
  const own = useOwnUser();
  const writeTo = useWriteTo();
  const change = useMutation({
    mutationFn: (role: (typeof givenRoles)[number]) =>
      client.participants.changeRole(conversation.id, person.user_id, role),
    onError: (error) => complain(explain(error)),
  });
  const relations = useRelationEntries(person.user_id, person.display_name, onBlock);
  if (person.user_id === own.id) return [];
  // Of a direct conversation the panel itself shows them.
  if (conversation.type === "direct") return [];
  const entries: MenuEntry[] = [];
  entries.push({
    label: texts.writeTo(person.display_name),
    icon: MessageSquareText,
    onSelect: () => writeTo.mutate(person.user_id, { onError: (error) => complain(explain(error)) }),
  });
  if (ownRole === "admin") {
    for (const role of givenRoles) {
      if (role !== person.role)
        entries.push({
          label: texts.makeRole(roleNames[role]),
          icon: roleIcons[role],
          onSelect: () => change.mutate(role),
        });
    }
  }
  entries.push(...relations.map((entry, place) => (place === 0 ? { ...entry, apart: true } : entry)));
  const mayRemove = ownRole === "admin" || (ownRole === "moderator" && person.role === "member");
  if (mayRemove)
    entries.push({ label: texts.removeFrom, icon: UserMinus, harm: true, apart: true, onSelect: onRemove });
  return entries;
}

interface RemoveParticipantProps {
  conversation: Conversation;
  person: ParticipantWithPresence;
  onClose: () => void;
}

function RemoveParticipant({ conversation, person, onClose }: RemoveParticipantProps) {
  const removal = useMutation({
    mutationFn: () => client.participants.remove(conversation.id, person.user_id),
    onSuccess: onClose,
  });
  return (
    <Confirm
      title={texts.removeTitle(person.display_name)}
      about={texts.removeAbout}
      action={texts.remove}
      busy={removal.isPending}
      error={removal.isError ? explain(removal.error) : null}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    />
  );
}
