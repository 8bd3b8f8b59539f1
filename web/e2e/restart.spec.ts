import { chat, expect, openPage, Person, TestServer, test } from "./kit/index.ts";

test("the server dies and comes back under two people: what they wrote meanwhile arrives, once and in order", async ({
  browser,
}) => {
  const server = await TestServer.start();
  try {
    const [ada, bob] = await Promise.all([
      Person.register(server.url, "Ada Lovelace"),
      Person.register(server.url, "Bob Marsh"),
    ]);
    const { id } = await ada.writeTo(bob);
    const complaints: string[] = [];
    const [adas, bobs] = await Promise.all([openPage(browser, complaints), openPage(browser, complaints)]);
    await Promise.all([ada.signIn(adas, `/c/${id}`), bob.signIn(bobs, `/c/${id}`)]);
    await chat.write(adas, "before");
    await expect(chat.message(bobs, "before")).toBeVisible();

    await server.kill();
    await chat.write(adas, "a1");
    await chat.write(adas, "a2");
    await chat.write(bobs, "b1");
    await expect(adas.getByText("You are offline.")).toBeVisible();
    await server.start();

    const all = ["a1", "a2", "b1", "before"];
    for (const page of [adas, bobs])
      await expect.poll(async () => (await chat.texts(page)).toSorted(), { timeout: 30_000 }).toEqual(all);
    const stored = (await ada.history(id)).map(({ content }) => content);
    expect(await chat.texts(adas)).toEqual(stored);
    expect(await chat.texts(bobs)).toEqual(stored);
    expect(stored.filter((text) => text.startsWith("a"))).toEqual(["a1", "a2"]);
    await expect(chat.state(adas, "a2", "read")).toBeVisible();
    expect(complaints).toEqual([]);
    await Promise.all([adas.context().close(), bobs.context().close()]);
  } finally {
    await server.stop();
  }
});

test("a conversation opened while the server is away shows its messages once it is back", async ({
  ownServer,
  pages,
}) => {
  const ada = await Person.register(ownServer.url, "Ada Lovelace");
  const bob = await Person.register(ownServer.url, "Bob Marsh");
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Can you hear me?");
  const page = await pages();
  await ada.signIn(page);
  await expect(chat.row(page, "Bob Marsh")).toBeVisible();

  await ownServer.kill();
  await chat.row(page, "Bob Marsh").click();
  await expect(page.getByText("You are offline.")).toBeVisible();
  await ownServer.start();
  await expect(chat.message(page, "Can you hear me?")).toBeVisible({ timeout: 30_000 });
});
