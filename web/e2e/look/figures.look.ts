import type { Request } from "@playwright/test";
import { chat, expect, openPage, type Page, Person, TestServer, test } from "../kit/index.ts";
import { count, importLongRoom } from "../kit/long-room.ts";
import { tasksOf } from "../kit/tasks.ts";

/** What interface.md sets, and how far the app is from it: docs/web.md says what each line means. */
function print(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}

interface Loaded {
  requests: string[];
  scriptBytes: number;
}

/** What the page asks for until it is quiet. */
async function load(page: Page, work: () => Promise<unknown>): Promise<Loaded> {
  const loaded: Loaded = { requests: [], scriptBytes: 0 };
  const sizes: Promise<void>[] = [];
  const note = async (request: Request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/")) loaded.requests.push(`${request.method()} ${pathname}`);
    if (request.resourceType() !== "script") return;
    loaded.scriptBytes += (await request.sizes()).responseBodySize;
  };
  const listener = (request: Request) => void sizes.push(note(request));
  page.on("requestfinished", listener);
  await work();
  await page.waitForLoadState("networkidle");
  page.off("requestfinished", listener);
  await Promise.all(sizes);
  return loaded;
}

test("figures: the first load, and a list of 500 conversations", async ({ browser }) => {
  test.setTimeout(600_000);
  const server = await TestServer.start();
  try {
    const ada = await Person.register(server.url, "Ada Lovelace");
    const people: Person[] = [];
    for (let number = 0; number < 50; number++)
      people.push(await Person.register(server.url, `Person${number} Number`));
    for (let number = 0; number < 500; number++) {
      const other = people[number % people.length] ?? ada;
      const { id } = number < 50 ? await ada.writeTo(other) : await ada.group(`Group ${number}`, [other]);
      await other.say(id, `Message of ${number}`);
    }
    const page = await openPage(browser, []);
    await ada.signIn(page);
    await chat.row(page, "Group 499").click();
    await chat.message(page, "Message of 499").waitFor();
    const open = async () => {
      await page.reload();
      await chat.message(page, "Message of 499").waitFor();
    };
    const { requests } = await load(page, open);
    print("Requests for a list of 500 and a conversation (at most 5)", `${requests.length}`);
    const rounds = 20;
    const before = server.processorMs();
    for (let round = 0; round < rounds; round++) await load(page, open);
    const each = (server.processorMs() - before) / rounds;
    print("Server time for them, files of the app included (under 150 ms)", `${each.toFixed(0)} ms`);

    const fresh = await openPage(browser, []);
    const first = await load(fresh, () => fresh.goto(`${server.url}/login`));
    print("Script at first load, packed (200 KB)", `${(first.scriptBytes / 1024).toFixed(0)} KB`);
    const paint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    );
    print("First paint of the signed-in app, here", `${paint.toFixed(0)} ms`);
    expect(requests.length).toBeLessThanOrEqual(5);
    expect(first.scriptBytes).toBeLessThan(200 * 1024);
    expect(each).toBeLessThan(150);
  } finally {
    await server.stop();
  }
});

/** Writes, scrolls, jumps, opens and closes the details. */
async function useIt(page: Page): Promise<void> {
  const field = chat.field(page);
  await field.pressSequentially("Typing in a long conversation", { delay: 40 });
  await field.press("Enter");
  await page.getByRole("feed").hover();
  for (let turn = 0; turn < 100; turn++) {
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(16);
  }
  await page.getByRole("button", { name: "Jump to newest" }).click();
  await page.getByRole("button", { name: "Show details" }).click();
  await page.getByRole("button", { name: "Hide details" }).first().click();
}

test("figures: a conversation of 100,000 messages", async ({ browser }) => {
  test.setTimeout(600_000);
  const server = await TestServer.start();
  try {
    const ada = await Person.register(server.url, "Ada Lovelace");
    await server.kill();
    await importLongRoom(server, `${ada.username}@example.com`);
    await server.start();
    const page = await openPage(browser, []);
    await ada.signIn(page);
    await chat.row(page, "Archive").click();
    await expect(chat.message(page, `Message ${count}.`)).toBeInViewport();
    await page.evaluate(() => {
      const seen = { interactions: [] as number[] };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
          if ((entry.interactionId ?? 0) > 0) seen.interactions.push(entry.duration);
      }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
    });
    const tasks = await tasksOf(browser, page, () => useIt(page));
    await page.waitForTimeout(500);
    const times = await page.evaluate(
      () => (window as unknown as { seen: { interactions: number[] } }).seen.interactions,
    );
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    print(
      "Interaction to next paint in 100,000 messages (under 100 ms)",
      `p50 ${at(0.5)} ms, p98 ${at(0.98)} ms of ${sorted.length}`,
    );
    print("The longest task of those, in processor time (50 ms)", `${(tasks[0] ?? 0).toFixed(0)} ms`);
    const session = await page.context().newCDPSession(page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
    print("Memory of its page's script", `${(usedSize / 1024 / 1024).toFixed(0)} MB`);
  } finally {
    await server.stop();
  }
});
