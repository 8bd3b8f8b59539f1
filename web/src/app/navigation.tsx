import {
  Bell,
  Bot,
  Hash,
  LifeBuoy,
  type LucideIcon,
  MessagesSquare,
  Search,
  Settings,
  SlidersHorizontal,
} from "lucide-react";
import { useUnreadTotal } from "../features/conversations/index.ts";
import { useOwnUser } from "../features/identity/index.ts";
import { useUnreadNotifications } from "../features/notifications/index.ts";
import { waitingCustomers } from "../features/support/index.ts";
import { aiPlace, type Place, supportPlace } from "../platform/address.ts";
import { openOverlay } from "../platform/history.ts";
import { useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { Avatar } from "../ui/avatar.tsx";
import { classes } from "../ui/classes.ts";
import { Link } from "../ui/link.tsx";
import { adminSectionsOf } from "./admin-sections.ts";

interface Destination {
  place: Place;
  label: string;
  icon: LucideIcon;
  isHere: (place: Place) => boolean;
}

const chatNames: readonly Place["name"][] = ["home", "conversation", "threads", "new", "nowhere"];
const isSupport = (place: Place) =>
  place.name === "support" || (place.name === "new" && place.kind === "support");

const destinations: readonly Destination[] = [
  {
    place: { name: "home" },
    label: texts.chats,
    icon: MessagesSquare,
    isHere: (place) => chatNames.includes(place.name) && !isSupport(place),
  },
  { place: { name: "rooms" }, label: texts.rooms, icon: Hash, isHere: ({ name }) => name === "rooms" },
  { place: supportPlace(), label: texts.support, icon: LifeBuoy, isHere: isSupport },
  { place: aiPlace(null), label: texts.workspace, icon: Bot, isHere: ({ name }) => name === "workspace" },
];

const settings: Place = { name: "settings", section: "profile" };
const item =
  "relative flex min-w-fit flex-1 flex-col items-center justify-center gap-0.5 rounded-control py-1.5 text-[0.6875rem] leading-4 transition-colors duration-100 medium:h-14 medium:w-16 medium:min-w-0 medium:flex-none";

/** The rail at the side; a bar at the bottom on a phone, where a conversation has the whole height. */
export function Navigation({ place }: { place: Place }) {
  const own = useOwnUser();
  const unread = useUnreadTotal();
  const told = useUnreadNotifications();
  const [adminSection] = adminSectionsOf(own.role);
  const waiting = useStore(waitingCustomers).size;
  const marks: Record<string, string | false> = {
    [texts.chats]: unread > 0 && texts.unread(unread),
    [texts.support]: waiting > 0 && texts.supportWaiting(waiting),
  };
  const isReading =
    place.name === "conversation" ||
    (place.name === "support" && place.id !== null) ||
    (place.name === "workspace" && place.view.kind === "conversations" && place.view.id !== null);
  return (
    <nav
      aria-label={texts.places}
      className={classes(
        "flex shrink-0 items-center gap-1 overflow-x-auto border-line border-t bg-canvas px-2 pb-[env(safe-area-inset-bottom)] medium:w-18 medium:flex-col medium:overflow-x-visible medium:border-e medium:border-t-0 medium:px-1 medium:py-2",
        isReading && "hidden medium:flex",
      )}
    >
      {destinations.map(({ place: to, label, icon: Icon, isHere }) => (
        <Link
          key={label}
          to={to}
          aria-current={isHere(place) ? "page" : undefined}
          className={look(isHere(place))}
        >
          <Icon aria-hidden size={20} strokeWidth={1.75} />
          {label}
          {typeof marks[label] === "string" && <Dot label={marks[label]} />}
        </Link>
      ))}
      <button
        type="button"
        onClick={() => openOverlay("palette")}
        aria-keyshortcuts="Control+K"
        className={look(false)}
      >
        <Search aria-hidden size={20} strokeWidth={1.75} />
        {texts.searchShort}
      </button>
      <div className="hidden flex-1 medium:block" />
      {adminSection !== undefined && (
        <Link
          to={{ name: "admin", section: adminSection }}
          aria-current={place.name === "admin" ? "page" : undefined}
          className={classes(look(place.name === "admin"), "hidden medium:flex")}
        >
          <SlidersHorizontal aria-hidden size={20} strokeWidth={1.75} />
          {texts.administrationShort}
        </Link>
      )}
      <Link
        to={{ name: "notifications" }}
        aria-current={place.name === "notifications" ? "page" : undefined}
        className={look(place.name === "notifications")}
      >
        <Bell aria-hidden size={20} strokeWidth={1.75} />
        {texts.activity}
        {told > 0 && <Dot label={texts.notificationsUnread(told)} />}
      </Link>
      <Link
        to={settings}
        aria-current={place.name === "settings" ? "page" : undefined}
        className={classes(look(place.name === "settings"), "medium:hidden")}
      >
        <Settings aria-hidden size={20} strokeWidth={1.75} />
        {texts.settings}
      </Link>
      <Link
        to={settings}
        aria-current={place.name === "settings" ? "page" : undefined}
        title={own.display_name}
        className={classes(look(place.name === "settings"), "hidden medium:flex")}
      >
        <Avatar id={own.id} name={own.display_name} url={own.avatar_url} />
        <span className="sr-only">{texts.settings}</span>
      </Link>
    </nav>
  );
}

/** Something waits behind the icon above which it stands. */
function Dot({ label }: { label: string }) {
  return (
    <span className="unread-dot absolute end-[calc(50%-1.25rem)] top-1 size-2 rounded-full bg-accent medium:end-4">
      <span className="sr-only">{label}</span>
    </span>
  );
}

function look(isHere: boolean): string {
  return classes(
    item,
    isHere ? "bg-pressed font-medium text-ink" : "text-ink-soft hover:bg-hover hover:text-ink",
  );
}
