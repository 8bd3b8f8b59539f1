import { MapPinOff, MessagesSquare } from "lucide-react";
import { useEffect } from "react";
import { ConversationList, useUnreadTotal } from "../features/conversations/index.ts";
import { draftPreviewOf, ThreadsLink } from "../features/messages/index.ts";
import { AnnouncementLine } from "../features/notifications/index.ts";
import { SupportNotice } from "../features/support/index.ts";
import { go, goBack, type Place, usePlace } from "../platform/address.ts";
import { closeOverlay, useOverlay } from "../platform/history.ts";
import { useAppTitle } from "../platform/page-title.ts";
import { texts } from "../platform/texts.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Empty } from "../ui/empty.tsx";
import { Later } from "../ui/later.tsx";
import { floatingId } from "../ui/menu.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { ConversationPage } from "./conversation-page.tsx";
import { Navigation } from "./navigation.tsx";
import { parts, prepareTheRest } from "./parts.ts";
import { PassingNotice } from "./passing-notice.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

/** The signed-in app: navigation, the list, and the place that the address names. */
export function Shell() {
  const place = usePlace();
  const over = useOverlay();
  useAppTitle(useUnreadTotal(), placeNames[place.name] ?? "");
  useShortcuts();
  useEffect(() => void prepareTheRest(), []);
  const openId = place.name === "conversation" ? place.id : null;
  const list = listOf(place);
  const isListPlace =
    place.name === "home" || place.name === "new" || (place.name === "support" && place.id === null);
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:start-2 focus:top-2 focus:z-50 focus:rounded-control focus:bg-raised focus:p-2"
      >
        {texts.skipToContent}
      </a>
      <ConnectionLine />
      <AnnouncementLine />
      <div className="flex min-h-0 flex-1 flex-col-reverse medium:flex-row">
        <Navigation place={place} />
        <main className="flex min-h-0 min-w-0 flex-1">
          {list !== null && (
            <div
              className={classes(
                "min-h-0 min-w-0 flex-1 border-line bg-canvas medium:w-80 medium:flex-none medium:border-e",
                !isListPlace && "hidden medium:block",
              )}
            >
              {list === "support" ? (
                <Later
                  part={parts.supportList}
                  given={
                    place.name === "support"
                      ? { openId: place.id, show: place.show }
                      : { openId: null, show: null }
                  }
                />
              ) : (
                <ConversationList
                  openId={openId}
                  above={<ThreadsLink isHere={place.name === "threads"} />}
                  draftOf={draftPreviewOf}
                />
              )}
            </div>
          )}
          <div
            id="content"
            tabIndex={-1}
            className={classes(
              "min-h-0 min-w-0 flex-1 bg-surface outline-none",
              isListPlace && "hidden medium:block",
            )}
          >
            <Content place={place} />
          </div>
          <div id={floatingId} />
        </main>
      </div>
      {place.name === "new" && (
        <Later
          part={parts.newConversation}
          given={{ kind: place.kind }}
          onClose={() => goBack({ name: "home" })}
        />
      )}
      <SupportNotice />
      <PassingNotice />
      {over === "palette" && <Later part={parts.palette} given={{}} onClose={closeOverlay} />}
      {over === "shortcuts" && <Later part={parts.shortcuts} given={{}} onClose={closeOverlay} />}
    </div>
  );
}

/** The list that stands beside a place. */
function listOf(place: Place): "chats" | "support" | null {
  const whole: readonly Place["name"][] = [
    "settings",
    "rooms",
    "search",
    "notifications",
    "workspace",
    "admin",
  ];
  if (whole.includes(place.name)) return null;
  const isSupport = place.name === "support" || (place.name === "new" && place.kind === "support");
  return isSupport ? "support" : "chats";
}

function Content({ place }: { place: Place }) {
  switch (place.name) {
    case "conversation":
      return <ConversationPage key={place.id} place={place} />;
    case "rooms":
    case "search":
    case "threads":
    case "support":
    case "notifications":
      return <Later part={parts.otherPlace} given={{ place }} />;
    case "workspace":
      return <Later part={parts.workspace} given={{ view: place.view }} />;
    case "settings":
      return <Later part={parts.settings} given={{ section: place.section }} />;
    case "admin":
      return <Later part={parts.admin} given={{ section: place.section }} />;
    case "nowhere":
      return (
        <Empty isPage icon={MapPinOff} title={texts.notFoundTitle} about={texts.nowhereAbout}>
          <Button onClick={() => go({ name: "home" })}>{texts.chats}</Button>
        </Empty>
      );
    default:
      return <Empty icon={MessagesSquare} title={texts.chooseTitle} about={texts.chooseAbout} />;
  }
}

/** What the tab is called where the page has no name of its own. */
const placeNames: Partial<Record<Place["name"], string>> = {
  home: texts.chats,
  nowhere: texts.notFoundTitle,
  conversation: texts.chats,
  new: texts.newConversation,
  rooms: texts.rooms,
  search: texts.searchMessages,
  threads: texts.threads,
  support: texts.support,
  notifications: texts.activity,
  workspace: texts.workspace,
  settings: texts.settings,
  admin: texts.administration,
};
