import { Hash, type LucideIcon, MessagesSquare, Search, Settings } from "lucide-react";
import { useUnreadTotal } from "../features/conversations/index.ts";
import { useOwnUser } from "../features/identity/index.ts";
import type { Place } from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { Avatar } from "../ui/avatar.tsx";
import { classes } from "../ui/classes.ts";
import { Link } from "../ui/link.tsx";
import { openPalette } from "./overlays.ts";

interface Destination {
  place: Place;
  label: string;
  icon: LucideIcon;
  names: readonly Place["name"][];
}

const destinations: readonly Destination[] = [
  {
    place: { name: "home" },
    label: texts.chats,
    icon: MessagesSquare,
    names: ["home", "conversation", "new", "nowhere"],
  },
  { place: { name: "rooms" }, label: texts.rooms, icon: Hash, names: ["rooms"] },
];

const settings: Place = { name: "settings", section: "profile" };
const item =
  "relative flex flex-1 flex-col items-center justify-center gap-0.5 rounded-control py-1.5 text-[0.6875rem] leading-4 transition-colors duration-100 medium:size-13 medium:flex-none";

/** The rail at the side; a bar at the bottom on a phone, where a conversation has the whole height. */
export function Navigation({ place }: { place: Place }) {
  const own = useOwnUser();
  const unread = useUnreadTotal();
  const isReading = place.name === "conversation";
  return (
    <nav
      aria-label={texts.places}
      className={classes(
        "flex shrink-0 items-center gap-1 border-line border-t bg-canvas px-2 pb-[env(safe-area-inset-bottom)] medium:w-16 medium:flex-col medium:border-e medium:border-t-0 medium:px-1.5 medium:py-2",
        isReading && "hidden medium:flex",
      )}
    >
      {destinations.map(({ place: to, label, icon: Icon, names }) => (
        <Link
          key={label}
          to={to}
          aria-current={names.includes(place.name) ? "page" : undefined}
          className={look(names.includes(place.name))}
        >
          <Icon aria-hidden size={20} strokeWidth={1.75} />
          {label}
          {label === texts.chats && unread > 0 && (
            <span className="absolute end-[calc(50%-1.25rem)] top-1 size-2 rounded-full bg-accent medium:end-3">
              <span className="sr-only">{texts.unread(unread)}</span>
            </span>
          )}
        </Link>
      ))}
      <button type="button" onClick={openPalette} aria-keyshortcuts="Control+K" className={look(false)}>
        <Search aria-hidden size={20} strokeWidth={1.75} />
        {texts.searchShort}
      </button>
      <div className="hidden flex-1 medium:block" />
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

function look(isHere: boolean): string {
  return classes(
    item,
    isHere ? "bg-pressed font-medium text-ink" : "text-ink-soft hover:bg-hover hover:text-ink",
  );
}
