import { SearchPage, ThreadList } from "../features/messages/index.ts";
import { NotificationList } from "../features/notifications/index.ts";
import { RoomDirectory } from "../features/rooms/index.ts";
import { SupportPage } from "../features/support/index.ts";
import type { Place } from "../platform/address.ts";

export { SupportList } from "../features/support/index.ts";

type Other = Extract<Place, { name: "rooms" | "search" | "threads" | "support" | "notifications" }>;

/** The places beside the conversations that everybody has. */
export function OtherPlace({ place }: { place: Other }) {
  switch (place.name) {
    case "rooms":
      return <RoomDirectory />;
    case "search":
      return <SearchPage place={place} />;
    case "threads":
      return <ThreadList />;
    case "support":
      return <SupportPage place={place} />;
    case "notifications":
      return <NotificationList />;
  }
}
