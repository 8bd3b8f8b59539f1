import { createRoot } from "react-dom/client";
import { startConversations, startParticipants } from "../features/conversations/index.ts";
import { startOpening, startPeople, startSession } from "../features/identity/index.ts";
import {
  startDrafts,
  startMessages,
  startOutbox,
  startPins,
  startReceipts,
  startThreads,
  startTyping,
  startUploads,
} from "../features/messages/index.ts";
import { startNotifications } from "../features/notifications/index.ts";
import { startRelations } from "../features/relations/index.ts";
import { startSupport } from "../features/support/index.ts";
import { currentPlace } from "../platform/address.ts";
import { directionOf } from "../platform/language.ts";
import { startLastInput } from "../platform/last-input.ts";
import { startMinutes } from "../platform/minute.ts";
import { language } from "../platform/texts.ts";
import { startTheme } from "../platform/theme.ts";
import { App } from "./app.tsx";
import { startConnection } from "./connection.ts";
import { prepareFor } from "./parts.ts";

/** What follows the socket begins before there is a session, so that it misses nothing. */
function start(): void {
  startPeople();
  startOpening();
  startConversations();
  startParticipants();
  startMessages();
  startOutbox();
  startDrafts();
  startUploads();
  startPins();
  startTyping();
  startReceipts();
  startThreads();
  startRelations();
  startSupport();
  startNotifications();
  startConnection();
  void startSession();
  prepareFor(currentPlace());
  const root = document.getElementById("root");
  if (root !== null) createRoot(root).render(<App />);
}

document.documentElement.lang = language;
document.documentElement.dir = directionOf(language);
startTheme();
startLastInput();
startMinutes();
// A task of its own: on a phone, reading the scripts is long enough for one.
setTimeout(start);
