import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startServer, type TestServer } from "../../server/test/kit/server.ts";
import { type Chromium, chromiumPath, startChromium, type Tab } from "./chromium.ts";
import { closeClients, groupOf, type SignedUp, signUp, textsOf, until } from "./kit.ts";

/** What only a browser has: its storage, locks and channels, cookies that no script sees, `online` and `offline`. */
describe.if(chromiumPath !== null)("in a browser", () => {
  let server: TestServer;
  let chromium: Chromium;
  let script: string;
  let ben: SignedUp;

  beforeAll(async () => {
    server = await startServer();
    chromium = await startChromium(chromiumPath ?? "");
    ben = await signUp(server);
    const built = await Bun.build({
      entrypoints: [join(import.meta.dir, "../src/index.ts")],
      format: "esm",
      target: "browser",
    });
    const code = (await built.outputs[0]?.text()) ?? "";
    // As a plain script, which leaves what the module exports behind in the page.
    script = `globalThis.sdk = (() => { ${code.replace(/export\s*\{([^}]*)\};?\s*$/, "return {$1};")} })();`;
  }, 60_000);
  afterAll(async () => {
    closeClients();
    await chromium.close();
    await server.stop();
  });

  const open = async (options = '{ session: "cookie" }'): Promise<Tab> =>
    await chromium.open(
      `${server.url}/a-page`,
      `${script} globalThis.client = new sdk.ParleyClient(${options});`,
    );

  /** Signs up in the tab. */
  async function signUpIn(tab: Tab): Promise<{ id: string; username: string; password: string }> {
    const username = `u${crypto.randomUUID().slice(0, 13)}`;
    const password = "Correct-Horse-7";
    const account = { username, password, email: `${username}@example.test`, display_name: "Ada" };
    const id = await tab.run<string>(`return (await client.auth.register(${JSON.stringify(account)})).id`);
    return { id, username, password };
  }

  /** A group of the tab's person and Ben. */
  const groupIn = (tab: Tab) =>
    tab.run<string>(`return (await client.conversations.create(
      { type: "group", title: "Group", participant_ids: ["${ben.person.id}"] })).id`);
  const write = (tab: Tab, id: string, texts: string[]) =>
    tab.run(`for (const content of ${JSON.stringify(texts)})
      await client.outbox.add({ conversation_id: "${id}", content })`);
  const waiting = (tab: Tab) => tab.run<number>("return client.outbox.list().length");
  const restore = (tab: Tab) => tab.run<string | null>("return (await client.auth.restore())?.id ?? null");

  test("a cookie session is out of every script's reach, and a reload and a second tab find it", async () => {
    const tab = await open();
    const { id } = await signUpIn(tab);
    expect(await tab.run<string>("return document.cookie")).toBe("");
    expect(await tab.run<string>("return JSON.stringify({ ...localStorage })")).not.toContain(
      'token\\":\\"ey',
    );
    await tab.reload();
    expect(await restore(tab)).toBe(id);
    const second = await open();
    expect(await restore(second)).toBe(id);
    const told = second.run<string>(
      'return new Promise((hear) => client.on("signed_out", ({ reason }) => hear(reason)))',
    );
    await tab.run("await client.auth.logout()");
    await told;
    expect(await restore(second)).toBeNull();
    await Promise.all([tab.close(), second.close()]);
  }, 60_000);

  test("what was written without a server survives a reload and a closed tab, and arrives once and in order", async () => {
    const tab = await open();
    await signUpIn(tab);
    const id = await groupIn(tab);
    const second = await open();
    await restore(second);
    await server.kill("SIGKILL");
    await write(tab, id, ["a1", "a2"]);
    await write(second, id, ["b1", "b2"]);
    await tab.reload();
    await tab.run(
      'client.outbox.add({ conversation_id: "' +
        id +
        '", content: "a3" }); await new Promise((go) => setTimeout(go, 300))',
    );
    expect(await waiting(tab)).toBe(5);
    await second.close();
    await server.restart();
    await tab.run("await client.auth.restore(); client.realtime.connect()");
    await until("all are sent", async () => (await waiting(tab)) === 0);
    const texts = await textsOf(ben.client, id);
    expect(texts.toSorted()).toEqual(["a1", "a2", "a3", "b1", "b2"]);
    expect(texts.filter((text) => text.startsWith("a"))).toEqual(["a1", "a2", "a3"]);
    expect(texts.filter((text) => text.startsWith("b"))).toEqual(["b1", "b2"]);
    await tab.run("await client.auth.logout()");
    await tab.close();
  }, 60_000);

  test("two tabs renew a token once, and the message of one shows in the other", async () => {
    const options = "{ sessionStore: sdk.webSessionStore(localStorage) }";
    const [tab, second] = [await open(options), await open(options)];
    const { id } = await signUpIn(tab);
    await second.run("await client.auth.restore()");
    await tab.run(`const session = JSON.parse(localStorage.getItem("parley.session"));
      localStorage.setItem("parley.session", JSON.stringify({ ...session, access_token: "worn" }))`);
    await Promise.all([tab.reload(), second.reload()]);
    const ask =
      "return (await Promise.all([client.users.me(), client.users.me(), client.sessions.list()]))[0].id";
    expect(await Promise.all([tab.run<string>(ask), second.run<string>(ask)])).toEqual([id, id]);
    const refreshes =
      'return performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/auth/refresh")).length';
    const counts = await Promise.all([tab.run<number>(refreshes), second.run<number>(refreshes)]);
    expect(counts.toSorted()).toEqual([0, 1]);
    const group = await groupIn(tab);
    const told = second.run<string>(`return new Promise((hear) => client.on("outbox",
      ({ entry }) => entry.state === "sent" && hear(entry.content)))`);
    await write(tab, group, ["Hello"]);
    expect(await told).toBe("Hello");
    await tab.run("await client.auth.logout()");
    await Promise.all([tab.close(), second.close()]);
  }, 60_000);

  test("an upload tells how far it is, and its bytes arrive", async () => {
    const tab = await open();
    await signUpIn(tab);
    const told = await tab.run<{ steps: number[]; size: number }>(`
      const steps = [];
      const bytes = new Blob([new Uint8Array(9 * 1024 * 1024)]);
      const onProgress = (sent, total) => steps.push(sent / total);
      const { file_id } = await client.files.upload(bytes, { name: "zeros.bin", isEncrypted: true, onProgress });
      return { steps, size: (await client.files.download(file_id)).size }`);
    expect(told.size).toBe(9 * 1024 * 1024);
    expect(told.steps).toEqual(told.steps.toSorted((a, b) => a - b));
    expect(told.steps.at(-1)).toBe(1);
    await tab.close();
  }, 60_000);

  test("a server that does not answer once the browser says that the network is gone counts as lost", async () => {
    const tab = await open(`{ session: "cookie", WebSocket: class extends WebSocket {
      set onmessage(hear) { super.onmessage = (event) => globalThis.isDeaf || hear(event); }
    } }`);
    await signUpIn(tab);
    await tab.run(`
      const isOnline = new Promise((go) => client.on("connection", ({ status }) => status === "online" && go()));
      client.realtime.connect();
      await isOnline;
      globalThis.lostAfter = new Promise((go) => {
        const since = performance.now();
        client.on("connection", ({ status }) => status === "waiting" && go(performance.now() - since));
      });
      globalThis.isDeaf = true;
      dispatchEvent(new Event("offline"))`);
    // By itself it would notice after 35 s.
    expect(await tab.run<number>("return await lostAfter")).toBeLessThan(20_000);
    await tab.close();
  }, 60_000);

  test("the socket comes back as soon as the browser says that the network is back", async () => {
    const tab = await open();
    const { id: userId } = await signUpIn(tab);
    const group = await groupOf(ben, { client: ben.client, person: { ...ben.person, id: userId } });
    await tab.run(`await client.conversations.list();
      globalThis.heard = [];
      client.on("chat", ({ content }) => heard.push(content));
      const isOnline = new Promise((go) => client.on("connection", ({ status }) => status === "online" && go()));
      client.realtime.connect();
      await isOnline`);
    await tab.setOffline(true);
    await server.restart();
    await until(
      "it noticed",
      async () => (await tab.run("return client.realtime.state.status")) === "waiting",
    );
    await ben.client.messages.send({ conversation_id: group, message_type: "text", content: "meanwhile" });
    // Attempts that fail grow the wait; the network's return ends it.
    await Bun.sleep(1_500);
    await tab.setOffline(false);
    await until("it came", async () => (await tab.run<string[]>("return heard")).includes("meanwhile"));
    expect(await tab.run<string[]>("return heard")).toEqual(["meanwhile"]);
    await tab.close();
  }, 60_000);
});
