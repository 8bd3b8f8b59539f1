import { ArrowLeft, MessageCircleOff, PanelRight } from "lucide-react";
import { useCallback } from "react";
import type { Conversation } from "../../../sdk/src/index.ts";
import { DetailsPanel, useAppearance, useConversation } from "../features/conversations/index.ts";
import { MessagePane, PinnedMessages } from "../features/messages/index.ts";
import { SupportPane } from "../features/support/index.ts";
import { conversationPlace, go, goBack, type Place } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { agoTime } from "../platform/times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";

type ConversationPlace = Extract<Place, { name: "conversation" }>;

/** One conversation as its address names it. */
export function ConversationPage({ place }: { place: ConversationPlace }) {
  const conversation = useConversation(place.id);
  if (conversation === "loading") return null;
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
      {place.panel === "details" && (
        <div className="fixed inset-0 z-20 wide:static wide:w-80 wide:shrink-0 wide:border-line wide:border-s">
          <DetailsPanel
            conversation={conversation}
            onClose={() => go(conversationPlace(place.id), { replace: true })}
          >
            <PinnedMessages conversationId={place.id} />
          </DetailsPanel>
        </div>
      )}
    </div>
  );
}

function Header({ conversation, place }: { conversation: Conversation; place: ConversationPlace }) {
  const look = useAppearance(conversation);
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
