import { Store } from "../../platform/store.ts";
import { session } from "./session.ts";

/** What one opened the app for comes first; how much was missed is asked for after it. */
const afterOpeningMs = 2_000;

/** Whether the app has had time to open since the sign-in. */
export const hasOpened = new Store(false);

export function startOpening(): void {
  let opening: ReturnType<typeof setTimeout> | undefined;
  session.subscribe(() => {
    clearTimeout(opening);
    if (session.get().status === "signedIn") opening = setTimeout(() => hasOpened.set(true), afterOpeningMs);
    else hasOpened.set(false);
  });
}
