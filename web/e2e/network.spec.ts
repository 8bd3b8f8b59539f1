import { chat, expect, type Page, test } from "./kit/index.ts";

/** What both see, once all of it is there: the same, each once, in the server's order. */
async function expectSame(pages: readonly Page[], texts: readonly string[]): Promise<void> {
  for (const page of pages) {
    await expect.poll(async () => (await chat.texts(page)).toSorted()).toEqual([...texts].toSorted());
    await expect(page.locator('[data-state="sending"],[data-state="failed"]')).toHaveCount(0);
  }
  const [first, ...others] = await Promise.all(pages.map((page) => chat.texts(page)));
  for (const other of others) expect(other).toEqual(first);
}

test("one goes offline, both write, it returns: nothing is lost, doubled or out of order", async ({
  person,
  open,
  openWired,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const [{ page: adas, wire }, bobs] = await Promise.all([openWired(ada, `/c/${id}`), open(bob, `/c/${id}`)]);
  await chat.write(adas, "before");
  await expect(chat.message(bobs, "before")).toBeVisible();

  await wire.cut();
  await expect(adas.getByText("You are offline.")).toBeVisible();
  const [fromAda, fromBob] = [
    ["a1", "a2", "a3"],
    ["b1", "b2", "b3"],
  ] as const;
  for (const [place, text] of fromAda.entries()) {
    await chat.write(adas, text);
    await chat.write(bobs, fromBob[place] ?? "");
  }
  await expect(adas.locator('[data-state="sending"]')).toHaveCount(3);
  await expect(chat.state(bobs, "b3", "sent")).toBeVisible();

  await wire.mend();
  await expectSame([adas, bobs], ["before", ...fromAda, ...fromBob]);
  await expect(adas.getByText("You are offline.")).toBeHidden();
  const stored = (await bob.history(id)).map(({ content }) => content);
  expect(stored.filter((text) => text.startsWith("a"))).toEqual([...fromAda]);
  expect(stored.filter((text) => text.startsWith("b") && text !== "before")).toEqual([...fromBob]);
  expect(await chat.texts(adas)).toEqual(stored);
});

test("a reload with messages waiting sends them once, in order, and shows them meanwhile", async ({
  person,
  openWired,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const { page, wire } = await openWired(ada, `/c/${id}`);
  await chat.write(page, "before");
  await expect(chat.state(page, "before", "sent")).toBeVisible();

  await wire.cut();
  await expect(page.getByText("You are offline.")).toBeVisible();
  for (const text of ["one", "two", "three"]) await chat.write(page, text);
  await expect(page.locator('[data-state="sending"]')).toHaveCount(3);
  // The network is back for the page itself, and not yet for sending.
  await page.route("**/v1/messages", (route) => route.abort());
  await page.context().setOffline(false);
  await page.reload();
  await expect(page.locator('[data-state="sending"]')).toHaveCount(3);
  await page.unrouteAll();
  await wire.mend();
  await page.reload();
  await expectSame([page], ["before", "one", "two", "three"]);
  expect((await bob.history(id)).map(({ content }) => content)).toEqual(["before", "one", "two", "three"]);
});

test("two tabs of one person are one: messages, what is read, drafts sent once, signing out", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const first = await open(ada, `/c/${id}`);
  const second = await first.context().newPage();
  await second.goto(`${ada.url}/`);
  await expect(chat.row(second, "Bob Marsh")).toBeVisible();

  await bob.say(id, "for both");
  await expect(chat.row(second, "Bob Marsh")).toContainText("for both");
  await first.bringToFront();
  await expect(chat.message(first, "for both")).toBeVisible();
  await expect(chat.row(second, "Bob Marsh")).not.toContainText("unread");

  await second.bringToFront();
  await chat.row(second, "Bob Marsh").click();
  for (const [place, page] of [first, second, first].entries()) await chat.write(page, `tab ${place}`);
  await expect.poll(() => chat.texts(first)).toHaveLength(4);
  await expectSame([first, second], ["for both", "tab 0", "tab 1", "tab 2"]);
  expect(await bob.history(id)).toHaveLength(4);

  await first.goto(`${ada.url}/settings/account`);
  await first.getByRole("button", { name: "Sign out" }).click();
  await expect(first.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  await expect(second.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
});
