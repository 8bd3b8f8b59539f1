import { chat, expect, openPage, type Page, Person, TestServer, test } from "./kit/index.ts";
import { count, importLongRoom } from "./kit/long-room.ts";
import { tasksOf } from "./kit/tasks.ts";

/** How much of the page moved by itself, as browsers count it. */
async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        seen.shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift" });
  });
  return () => page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift);
}

/** Turns the wheel as a brisk hand does. */
async function turnWheel(page: Page, turns: number, step: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await page.mouse.wheel(0, step);
    await page.waitForTimeout(16);
  }
}

test("a conversation of 100,000 messages opens at its end, scrolls anywhere and holds its place", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const server = await TestServer.start();
  try {
    const ada = await Person.register(server.url, "Ada Lovelace");
    await server.kill();
    await importLongRoom(server, `${ada.username}@example.com`);
    await server.start();
    const complaints: string[] = [];
    const page = await openPage(browser, complaints);
    await ada.signIn(page);
    await chat.row(page, "Archive").click();
    await expect(chat.message(page, `Message ${count}.`)).toBeInViewport();
    const shiftSoFar = await watchShifts(page);

    const feed = page.getByRole("feed");
    await feed.hover();
    const tasks = await tasksOf(browser, page, () => turnWheel(page, 150, -240));
    // Ours take a few milliseconds; one of the browser's own may come in between.
    expect(tasks.filter((ms) => ms > 50).length).toBeLessThanOrEqual(1);
    await expect(page.getByRole("button", { name: "Jump to newest" })).toBeVisible();
    await expect(feed.locator(".skeleton")).toHaveCount(0);
    const before = await firstInSight(page);
    await page.waitForTimeout(500);
    expect(await firstInSight(page)).toEqual(before);

    await feed.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
    await expect(feed.locator(".skeleton")).toHaveCount(0);
    await feed.evaluate((element) => element.scrollTo({ top: 0 }));
    await expect(chat.message(page, "Message 1. ").first()).toBeVisible();
    await page.getByRole("button", { name: "Jump to newest" }).click();
    await expect(chat.message(page, `Message ${count}.`)).toBeInViewport();
    await chat.write(page, "The newest of all");
    await expect(chat.state(page, "The newest of all", "sent")).toBeInViewport();

    expect(await shiftSoFar()).toBeLessThan(0.01);
    expect(complaints).toEqual([]);
    await page.context().close();
  } finally {
    await server.stop();
  }
});

async function firstInSight(page: Page): Promise<{ text: string | null; top: number }> {
  return await page.getByRole("feed").evaluate((feed) => {
    const edge = feed.getBoundingClientRect().top;
    const rows = [...feed.querySelectorAll<HTMLElement>("[data-index]")].toSorted(
      (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
    );
    const row = rows.find((each) => each.getBoundingClientRect().bottom > edge);
    return { text: row?.textContent ?? null, top: Math.round(row?.getBoundingClientRect().top ?? 0) };
  });
}
