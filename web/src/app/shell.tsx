import { MessagesSquare } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { ConversationList, NewDirect, NewGroup, useUnreadTotal } from "../features/conversations/index.ts";
import { draftPreviewOf, SearchPage } from "../features/messages/index.ts";
import { AnnouncementLine, NotificationList } from "../features/notifications/index.ts";
import { NewRoom, RoomDirectory } from "../features/rooms/index.ts";
import { NewSupport, SupportList, SupportNotice, SupportPage } from "../features/support/index.ts";
import { type Place, usePlace } from "../platform/address.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { classes } from "../ui/classes.ts";
import { Empty } from "../ui/empty.tsx";
import { floatingId } from "../ui/menu.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { ConversationPage } from "./conversation-page.tsx";
import { Navigation } from "./navigation.tsx";
import { overlay } from "./overlays.ts";
import { Palette } from "./palette.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

// Not everybody goes there, nor at once: these come on demand.
const AdminPage = lazy(async () => ({ default: (await import("./admin-page.tsx")).AdminPage }));
const SettingsPage = lazy(async () => ({ default: (await import("./settings-page.tsx")).SettingsPage }));
const WorkspacePage = lazy(async () => ({ default: (await import("./workspace-page.tsx")).WorkspacePage }));

/** The signed-in app: navigation, the list, and the place that the address names. */
export function Shell() {
  const place = usePlace();
  const over = useStore(overlay);
  useTitle();
  useShortcuts();
  const openId = place.name === "conversation" ? place.id : null;
  const list = listOf(place);
  const isListPlace =
    place.name === "home" ||
    place.name === "new" ||
    place.name === "nowhere" ||
    (place.name === "support" && place.id === null);
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
                <SupportList
                  openId={place.name === "support" ? place.id : null}
                  show={place.name === "support" ? place.show : null}
                />
              ) : (
                <ConversationList openId={openId} draftOf={draftPreviewOf} />
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
            <Suspense fallback={null}>
              <Content place={place} />
            </Suspense>
          </div>
          <div id={floatingId} />
        </main>
      </div>
      {place.name === "new" && <NewConversation kind={place.kind} />}
      <SupportNotice />
      {over === "palette" && <Palette />}
      {over === "shortcuts" && <Shortcuts />}
    </div>
  );
}

function NewConversation({ kind }: Pick<Extract<Place, { name: "new" }>, "kind">) {
  switch (kind) {
    case "group":
      return <NewGroup />;
    case "room":
      return <NewRoom />;
    case "support":
      return <NewSupport />;
    default:
      return <NewDirect />;
  }
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
      return <RoomDirectory />;
    case "search":
      return <SearchPage place={place} />;
    case "support":
      return <SupportPage place={place} />;
    case "notifications":
      return <NotificationList />;
    case "workspace":
      return <WorkspacePage view={place.view} />;
    case "settings":
      return <SettingsPage section={place.section} />;
    case "admin":
      return <AdminPage section={place.section} />;
    default:
      return <Empty icon={MessagesSquare} title={texts.chooseTitle} about={texts.chooseAbout} />;
  }
}

/** The tab says how much is unread. */
function useTitle(): void {
  const unread = useUnreadTotal();
  useEffect(() => {
    document.title = `${unread > 0 ? texts.unreadInTitle(unread) : ""}${texts.appName}`;
  }, [unread]);
}
