import type { Place } from "../platform/address.ts";
import { LaterPart } from "../ui/later.tsx";

// What the first page does not need comes after it, and few go everywhere.
export const parts = {
  entry: new LaterPart(async () => (await import("./entry-page.tsx")).EntryPage),
  newConversation: new LaterPart(async () => (await import("./new-conversation.tsx")).NewConversation),
  otherPlace: new LaterPart(async () => (await import("./other-places.tsx")).OtherPlace),
  supportList: new LaterPart(async () => (await import("./other-places.tsx")).SupportList),
  palette: new LaterPart(async () => (await import("./palette.tsx")).Palette),
  shortcuts: new LaterPart(async () => (await import("./shortcuts.tsx")).Shortcuts),
  admin: new LaterPart(async () => (await import("./admin-page.tsx")).AdminPage),
  settings: new LaterPart(async () => (await import("./settings-page.tsx")).SettingsPage),
  workspace: new LaterPart(async () => (await import("./workspace-page.tsx")).WorkspacePage),
};

/** Fetches what the first place shows while the server is still being asked who this is. */
export function prepareFor({ name }: Place): void {
  if (name === "login" || name === "register") void parts.entry.prepare();
}

/** What anybody may open the next moment, and without a network: one after the other, whenever there is nothing to do. */
export async function prepareTheRest(): Promise<void> {
  const { palette, newConversation, otherPlace, supportList, shortcuts } = parts;
  for (const part of [palette, newConversation, otherPlace, supportList, shortcuts]) {
    await new Promise<void>((resolve) => whenIdle(resolve));
    await part.prepare();
  }
}

/** Safari has no `requestIdleCallback`. */
function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: 5_000 });
  else setTimeout(work, 200);
}
