import {
  Bell,
  Bot,
  Hash,
  Keyboard,
  LifeBuoy,
  LogOut,
  type LucideIcon,
  MessageSquareText,
  MessagesSquare,
  Moon,
  Plus,
  Search,
  Settings,
  SlidersHorizontal,
  SquarePen,
  SquareTerminal,
  UsersRound,
} from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { Conversation, Room, SearchResult, User } from "../../../sdk/src/index.ts";
import { conversations, kindOf, otherOf, titleOf, useWriteTo } from "../features/conversations/index.ts";
import { people, signOut, themeNames, useOwnUser, usePeopleSearch } from "../features/identity/index.ts";
import { summaryOf, useMessageSearch } from "../features/messages/index.ts";
import { useJoinRoom, useRooms } from "../features/rooms/index.ts";
import {
  conversationPlace,
  go,
  newAiPlace,
  searchPlace,
  sessionsPlace,
  supportPlace,
} from "../platform/address.ts";
import { openOverlay } from "../platform/history.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { chooseTheme, theme, themes } from "../platform/theme.ts";
import { Avatar } from "../ui/avatar.tsx";
import { adminSectionsOf } from "./admin-sections.ts";

/** One line of what was found, and what choosing it does. */
export interface Hit {
  key: string;
  label: string;
  detail: string;
  face: ReactNode;
  act: () => void;
}

const shownPerKind = 6;

/** What fits the words: what is known here first, then what the server finds. Without words, the latest ones. */
export function useHits(words: string): Hit[] {
  const own = useOwnUser();
  const { byId, current, archived } = useStore(conversations);
  const isSearch = words.trim() !== "";
  const found = usePeopleSearch(words, isSearch);
  const rooms = useRooms(words, isSearch);
  const { mutate: writeTo } = useWriteTo();
  const { mutate: join } = useJoinRoom();
  const messages = useMessageSearch(words);
  const commands = useCommands();
  return useMemo(() => {
    const known = [...current.order, ...archived.order]
      .map((id) => byId.get(id))
      .filter((each) => each !== undefined)
      .map((each) => ({ conversation: each, name: nameOf(each, own.id) }))
      .filter(({ name }) => matches(name, words))
      .slice(0, shownPerKind);
    const without = new Set([own.id, ...known.map(({ conversation }) => otherOf(conversation, own.id))]);
    return [
      ...known.map(({ conversation, name }) => conversationHit(conversation, name, own.id)),
      ...commands.filter(({ label }) => matches(label, words)),
      // What has to be asked for comes last: it moves nothing that could be chosen already.
      ...(isSearch && found.isCurrent ? personHits(found.data ?? [], without, writeTo) : []),
      ...(isSearch && rooms.isCurrent ? roomHits(rooms.data?.pages[0]?.rooms ?? [], byId, join) : []),
      ...(isSearch && messages.isCurrent ? messageHits(messages.data ?? [], byId, own.id) : []),
      ...(isSearch && messages.isCurrent ? [searchHit(words)] : []),
    ];
  }, [
    words,
    isSearch,
    byId,
    current,
    archived,
    own.id,
    found.data,
    messages.data,
    messages.isCurrent,
    found.isCurrent,
    rooms.data,
    rooms.isCurrent,
    commands,
    writeTo,
    join,
  ]);
}

function messageHits(
  found: readonly SearchResult[],
  known: ReadonlyMap<string, Conversation>,
  ownId: string,
): Hit[] {
  return found.map(({ message }) => {
    const conversation = known.get(message.conversation_id);
    const name = conversation === undefined ? "" : nameOf(conversation, ownId);
    const author = people.get(message.sender_id)?.name ?? texts.someone;
    return {
      key: message.message_id,
      label: `${author}: ${summaryOf(message)}`,
      detail: name === "" ? "" : texts.inConversation(name),
      face: <CommandFace icon={MessageSquareText} />,
      act: () => go(conversationPlace(message.conversation_id, { messageId: message.message_id })),
    };
  });
}

/** To the page that finds more, and narrows it. */
function searchHit(words: string): Hit {
  return {
    key: "search",
    label: texts.searchAll,
    detail: "",
    face: <CommandFace icon={Search} />,
    act: () => go(searchPlace(words.trim())),
  };
}

function personHits(
  found: readonly User[],
  without: ReadonlySet<string | null>,
  writeTo: (id: string) => void,
): Hit[] {
  return found
    .filter(({ id }) => !without.has(id))
    .slice(0, shownPerKind)
    .map((person) => ({
      key: person.id,
      label: person.display_name,
      detail: `@${person.username}`,
      face: <Avatar size="small" id={person.id} name={person.display_name} url={person.avatar_url} />,
      act: () => writeTo(person.id),
    }));
}

function roomHits(
  found: readonly Room[],
  known: ReadonlyMap<string, Conversation>,
  join: (id: string) => void,
): Hit[] {
  return found
    .filter(({ id }) => !known.has(id))
    .slice(0, shownPerKind)
    .map((room) => ({
      key: room.id,
      label: room.name,
      detail: room.is_member ? texts.open : texts.join,
      face: <Avatar size="small" id={room.id} name={room.name} url={room.avatar_url} kind="room" />,
      act: () => (room.is_member ? go(conversationPlace(room.id)) : join(room.id)),
    }));
}

/** Each word is the beginning of some word of the name. */
function matches(name: string, words: string): boolean {
  const parts = name.toLocaleLowerCase().split(/[\s@.,:()-]+/u);
  return words
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter(Boolean)
    .every((word) => parts.some((part) => part.startsWith(word)));
}

function nameOf(conversation: Conversation, ownId: string): string {
  const otherId = otherOf(conversation, ownId);
  if (otherId !== null) return people.get(otherId)?.name ?? texts.someone;
  return titleOf(conversation);
}

function conversationHit(conversation: Conversation, name: string, ownId: string): Hit {
  const otherId = otherOf(conversation, ownId);
  return {
    key: conversation.id,
    label: name,
    detail: conversation.unread_count > 0 ? texts.unread(conversation.unread_count) : "",
    face: (
      <Avatar
        size="small"
        id={otherId ?? conversation.id}
        name={name}
        url={otherId === null ? conversation.avatar_url : (people.get(otherId)?.avatarUrl ?? null)}
        kind={otherId !== null ? "person" : kindOf(conversation)}
      />
    ),
    act: () => go(conversationPlace(conversation.id)),
  };
}

function useCommands(): Hit[] {
  const [adminSection] = adminSectionsOf(useOwnUser().role);
  const chosenTheme = useStore(theme);
  return useMemo(() => {
    const command = (label: string, icon: LucideIcon, act: () => void): Hit => ({
      key: `command ${label}`,
      label,
      detail: "",
      face: <CommandFace icon={icon} />,
      act,
    });
    return [
      command(texts.newDirect, SquarePen, () => go({ name: "new", kind: "direct" })),
      command(texts.newGroup, UsersRound, () => go({ name: "new", kind: "group" })),
      command(texts.newRoom, Plus, () => go({ name: "new", kind: "room" })),
      command(texts.searchMessages, Search, () => go(searchPlace())),
      command(texts.threads, MessagesSquare, () => go({ name: "threads" })),
      command(texts.rooms, Hash, () => go({ name: "rooms" })),
      command(texts.support, LifeBuoy, () => go(supportPlace())),
      command(texts.askForHelp, LifeBuoy, () => go({ name: "new", kind: "support" })),
      command(texts.newAiConversation, Bot, () => go(newAiPlace(null))),
      command(texts.openWorkspaceSessions, SquareTerminal, () => go(sessionsPlace())),
      command(texts.activity, Bell, () => go({ name: "notifications" })),
      command(texts.settings, Settings, () => go({ name: "settings", section: "profile" })),
      ...(adminSection === undefined
        ? []
        : [
            command(texts.administration, SlidersHorizontal, () =>
              go({ name: "admin", section: adminSection }),
            ),
          ]),
      ...themes
        .filter((each) => each !== chosenTheme)
        .map((each) => command(texts.switchTheme(themeNames[each]), Moon, () => chooseTheme(each))),
      command(texts.shortcuts, Keyboard, () => openOverlay("shortcuts")),
      command(texts.signOut, LogOut, () => void signOut()),
    ];
  }, [chosenTheme, adminSection]);
}

function CommandFace({ icon: Icon }: { icon: LucideIcon }) {
  return (
    <span className="flex size-6 items-center justify-center text-ink-soft">
      <Icon aria-hidden size={16} strokeWidth={1.75} />
    </span>
  );
}
