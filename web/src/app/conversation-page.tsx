import { ArrowLeft, MessageCircleOff, PanelRight, Settings2 } from "lucide-react";
import { useCallback } from "react";
import type { Conversation } from "../../../sdk/src/index.ts";
import { DetailsPanel, useAppearance, useConversation } from "../features/conversations/index.ts";
import { MessagePane, PinnedMessages, ThreadPanel } from "../features/messages/index.ts";
import { RoomPanel } from "../features/rooms/index.ts";
import { SupportPane } from "../features/support/index.ts";
import { conversationPlace, go, goBack, type Place } from "../platform/address.ts";
import { minute } from "../platform/minute.ts";
import { usePageTitle } from "../platform/page-title.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { agoTime } from "../platform/times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { SkeletonRows } from "../ui/skeleton-rows.tsx";

type ConversationPlace = Extract<Place, { name: "conversation" }>;

/** One conversation as its address names it. */
export function ConversationPage({ place }: { place: ConversationPlace }) {
  const conversation = useConversation(place.id);
  if (conversation === "loading") return <SkeletonRows />;
  if (conversation === "missing") {
    return (
      <Empty isPage icon={MessageCircleOff} title={texts.notFoundTitle} about={texts.notFoundAbout}>
        <Button onClick={() => go({ name: "home" })}>{texts.chats}</Button>
      </Empty>
    );
  }
  if (conversation.type === "support") return <SupportConversation place={place} />;
  return <OpenConversation conversation={conversation} place={place} />;
}

/** From the list of chats: as among the support conversations. */
function SupportConversation({ place: { id, messageId } }: { place: ConversationPlace }) {
  const placeOf = useCallback((shown: string) => conversationPlace(id, { messageId: shown }), [id]);
  return (
    <SupportPane id={id} messageId={messageId} placeOf={placeOf} onBack={() => goBack({ name: "home" })} />
  );
}

function OpenConversation({ conversation, place }: { conversation: Conversation; place: ConversationPlace }) {
  return (
    <div className="flex h-full min-w-0">
      <div className="flex min-w-0 flex-1 flex-col">
        <Header conversation={conversation} place={place} />
        <MessagePane conversation={conversation} messageId={place.messageId} />
      </div>
      <Beside conversation={conversation} place={place} />
    </div>
  );
}

/** What is open beside the conversation: the thread of a message, or a panel. */
function Beside({ conversation, place }: { conversation: Conversation; place: ConversationPlace }) {
  const close = () => go(conversationPlace(place.id), { replace: true });
  const frame = "fixed inset-0 z-20 wide:static wide:shrink-0 wide:border-line wide:border-s";
  if (place.threadId !== null)
    return (
      <div className={`${frame} wide:w-96`}>
        <ThreadPanel
          key={place.threadId}
          conversation={conversation}
          rootId={place.threadId}
          onClose={close}
        />
      </div>
    );
  if (place.panel === null) return null;
  return (
    <div className={`${frame} wide:w-80`}>
      {place.panel === "details" ? (
        <DetailsPanel conversation={conversation} onClose={close}>
          <PinnedMessages conversationId={place.id} />
        </DetailsPanel>
      ) : (
        <RoomPanel conversation={conversation} onClose={close} />
      )}
    </div>
  );
}

function Header({ conversation, place }: { conversation: Conversation; place: ConversationPlace }) {
  const look = useAppearance(conversation);
  useStore(minute);
  usePageTitle(look.name);
  const isShown = place.panel === "details";
  const about =
    look.kind === "person"
      ? look.online === true
        ? texts.online
        : look.lastSeenAt === null
          ? ""
          : texts.lastSeen(agoTime(Date.parse(look.lastSeenAt)))
      : texts.participants(conversation.participant_count);
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-line border-b ps-2 pe-2 medium:ps-6 medium:pe-4">
      <IconButton
        icon={ArrowLeft}
        label={texts.back}
        className="medium:hidden rtl:-scale-x-100"
        onClick={() => goBack({ name: "home" })}
      />
      <Avatar
        id={look.colourId}
        name={look.name}
        url={look.avatarUrl}
        kind={look.kind}
        online={look.online}
      />
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold">{look.name}</h1>
        <p className="truncate text-detail text-ink-soft">{about}</p>
      </div>
      {conversation.type === "room" && (
        <IconButton
          icon={Settings2}
          label={texts.roomPanel}
          pressed={place.panel === "room"}
          // A phone has no room for it; there the details lead to it.
          className="max-medium:hidden"
          onClick={() => go(conversationPlace(place.id, { panel: place.panel === "room" ? null : "room" }))}
        />
      )}
      <IconButton
        icon={PanelRight}
        label={isShown ? texts.hideDetails : texts.showDetails}
        pressed={isShown}
        className="rtl:-scale-x-100"
        onClick={() => go(conversationPlace(place.id, { panel: isShown ? null : "details" }))}
      />
    </header>
  );
}
