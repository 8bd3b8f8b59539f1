import { ParleyClient, webSessionStore } from "../../../sdk/src/index.ts";

/** The one client of this page: its server is the page's own origin. */
export const client = new ParleyClient({ sessionStore: webSessionStore(localStorage) });
