import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { type Fetch, memorySessionStore, type SessionStore } from "../src/index.ts";
import {
  closeClients,
  groupOf,
  newClient,
  nextEvent,
  online,
  refusal,
  sharedTabs,
  signUp,
  until,
} from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

/** A page of the server's own origin: cookies go and come by themselves, where no script sees them. */
function browserPage() {
  const jar = { cookie: "" };
  const page: Fetch = async (url, init) => {
    const headers = new Headers(init.headers);
    headers.set("origin", app.url);
    if (jar.cookie !== "" && init.credentials === "same-origin") headers.set("cookie", jar.cookie);
    const answer = await fetch(url, { ...init, headers });
    const [given] = answer.headers.getSetCookie();
    if (given !== undefined) jar.cookie = given.includes("Max-Age=0") ? "" : (given.split(";")[0] ?? "");
    return answer;
  };
  return { jar, options: { fetch: page, session: "cookie" } as const };
}

test("signing in keeps no token anywhere, and everything works", async () => {
  const { options } = browserPage();
  const sessionStore = memorySessionStore();
  const ann = await signUp(app, { ...options, sessionStore });
  const bob = await signUp(app);
  expect(JSON.stringify(await sessionStore.load())).not.toContain("refresh_token");
  await online(ann.client);
  const heard = nextEvent(ann.client, "chat");
  const id = await groupOf(ann, bob);
  await ann.client.outbox.add({ conversation_id: id, content: "Hello" });
  expect((await heard).content).toBe("Hello");
  expect((await ann.client.users.updateMe({ display_name: "Ann" })).display_name).toBe("Ann");
  await ann.client.auth.logout();
  expect((await refusal(ann.client.users.me())).code).toBe("SIGNED_OUT");
});

test("a page that was loaded again finds the session by its cookie alone", async () => {
  const { options } = browserPage();
  const ann = await signUp(app, options);
  const again = newClient(app, options);
  expect((await again.auth.restore())?.id).toBe(ann.person.id);
  expect(again.session?.session_id).toBe(ann.client.session?.session_id ?? "");
  expect((await again.users.updateMe({ display_name: "Ann again" })).display_name).toBe("Ann again");
});

test("without a cookie nobody is signed in", async () => {
  const { options } = browserPage();
  expect(await newClient(app, options).auth.restore()).toBeNull();
});

test("a session ended elsewhere is told as ended", async () => {
  const { options } = browserPage();
  const ann = await signUp(app, options);
  const elsewhere = newClient(app);
  await elsewhere.auth.login({ username: ann.person.username, password: ann.person.password });
  await elsewhere.sessions.endOthers();
  const told = nextEvent(ann.client, "signed_out");
  await refusal(ann.client.users.me());
  expect((await told).reason).toBe("session_ended");
});

test("what one person asked is never sent in the name of who signed in meanwhile in another tab", async () => {
  const { options } = browserPage();
  const sessionStore: SessionStore = { ...memorySessionStore(), sharedAs: "tabs" };
  const shared = { ...options, sessionStore, tabs: sharedTabs() };
  const ann = await signUp(app, options);
  const bob = await signUp(app, { ...shared, tabs: sharedTabs() });
  const told = nextEvent(ann.client, "signed_in", ({ session }) => session.user_id === bob.person.id);
  expect((await refusal(ann.client.users.updateMe({ display_name: "Ann" }))).code).toBe("CSRF_FAILED");
  await told;
  expect((await bob.client.users.me()).display_name).not.toBe("Ann");
});

test("signing out in one tab is signing out in all", async () => {
  const { options } = browserPage();
  const sessionStore: SessionStore = { ...memorySessionStore(), sharedAs: "tabs" };
  const shared = { ...options, sessionStore, tabs: sharedTabs() };
  const ann = await signUp(app, shared);
  const other = newClient(app, shared);
  await other.auth.restore();
  await ann.client.auth.logout();
  await until("the other is signed out", () => other.session === null);
});
