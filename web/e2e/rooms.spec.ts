import { chat, expect, openFinder, type Page, type Person, test } from "./kit/index.ts";

interface Room {
  id: string;
}

async function buildRoom(ada: Person, others: Person[], more: object = {}): Promise<Room> {
  const body = { name: "Harbour", description: "Boats and berths", ...more };
  const people = others.length === 0 ? {} : { user_ids: others.map(({ id }) => id) };
  return ada.call<Room>("POST", "/v1/rooms", { ...body, ...people });
}
const thread = (page: Page) => page.getByRole("complementary", { name: "Thread" });
const roomPanel = (page: Page) => page.getByRole("complementary", { name: "Room" });

test("a thread opens from a message, is answered there, followed, and says what is new", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  await ada.say(id, "Who brings the ladder?");
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}`), open(bob, `/c/${id}`)]);

  await chat.pointAt(bobs, "ladder?");
  await bobs.getByRole("button", { name: "Open thread" }).click();
  await expect(bobs).toHaveURL(/\?thread=/);
  await expect(thread(bobs)).toContainText("Who brings the ladder?");
  await expect(thread(bobs).getByRole("button", { name: "Follow thread" })).toBeVisible();
  await thread(bobs).getByRole("textbox").fill("I do");
  await thread(bobs).getByRole("textbox").press("Enter");
  await expect(thread(bobs).getByRole("listitem").filter({ hasText: "I do" })).toBeVisible();
  await expect(thread(bobs).getByRole("button", { name: "Stop following" })).toBeVisible();

  const line = chat.message(adas, "ladder?").getByRole("button", { name: /1 reply/ });
  await expect(line).toContainText("1 new");
  await line.click();
  await expect(thread(adas).getByRole("listitem").filter({ hasText: "I do" })).toBeVisible();
  await adas.bringToFront();
  await expect(line).not.toContainText("new");

  await thread(adas).getByRole("textbox").fill("The long one");
  await thread(adas).getByRole("textbox").press("Enter");
  await expect(thread(bobs).getByRole("listitem").filter({ hasText: "The long one" })).toBeVisible();
  await expect(chat.message(adas, "ladder?").getByRole("button", { name: /2 replies/ })).toBeVisible();

  await thread(adas).getByRole("button", { name: "Stop following" }).click();
  await expect(thread(adas).getByRole("button", { name: "Follow thread" })).toBeVisible();
  await thread(adas).getByRole("textbox").press("Escape");
  await expect(thread(adas)).toBeHidden();
  await adas.goto(bobs.url());
  await expect(thread(adas)).toContainText("The long one");
});

test("the threads that one follows are listed with what is new in them, the latest reply first", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  const ladder = await ada.say(id, "Who brings the ladder?");
  const paint = await ada.say(id, "Which paint?");
  const elsewhere = await bob.say(id, "Bob talks to himself");
  await bob.say(id, "So he does", { reply_to: elsewhere.message_id });
  await bob.say(id, "I do", { reply_to: ladder.message_id });
  await bob.say(id, "The blue one", { reply_to: paint.message_id });
  const page = await open(ada);
  const link = page.getByRole("link", { name: /^Threads/ });
  await expect(link).toContainText("2 unread");
  await link.click();
  await expect(page).toHaveURL(/\/threads$/);
  const rows = page.getByRole("list", { name: "Threads" }).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Which paint?");
  await expect(rows.first()).toContainText("Harbour");
  await expect(rows.first()).toContainText("1 reply");

  await bob.say(id, "With a long handle", { reply_to: ladder.message_id });
  await expect(rows.first()).toContainText("Who brings the ladder?");
  await expect(rows.first()).toContainText("2 unread");
  await expect(link).toContainText("3 unread");

  await rows.first().getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/c/${id}\\?thread=${ladder.message_id}`));
  await expect(thread(page)).toContainText("With a long handle");
  await expect(link).toContainText("1 unread");
  await page.goBack();
  await page.getByLabel("Only unread").check();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Which paint?");
});

test("what is written in a thread goes nowhere else, and its draft stays apart", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  await ada.say(id, "Root of it");
  const page = await open(ada, `/c/${id}`);
  await chat.message(page, "Root of it").press("t");
  await thread(page).getByRole("textbox").fill("half a thought");
  await page.reload();
  await expect(thread(page).getByRole("textbox")).toHaveValue("half a thought");
  await expect(page.getByRole("textbox", { name: "Message to Harbour" })).toHaveValue("");
});

test("a reported message comes to whoever keeps order, who deletes it, and bans its author", async ({
  person,
  open,
}) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const { id } = await buildRoom(ada, [bob, cleo]);
  await bob.say(id, "BUY MY BOATS");
  await bob.say(id, "and a second one");
  const cleos = await open(cleo, `/c/${id}`);
  for (const [text, reason] of [
    ["BUY MY BOATS", "an advert"],
    ["and a second one", "more of it"],
  ] as const) {
    await chat.pointAt(cleos, text);
    await cleos.getByRole("button", { name: "More" }).click();
    await cleos.getByRole("menuitem", { name: "Report" }).click();
    await cleos.getByRole("dialog").getByRole("textbox").fill(reason);
    await cleos.getByRole("dialog").getByRole("button", { name: "Report" }).click();
    await expect(cleos.getByRole("dialog")).toBeHidden();
  }
  await cleos.getByRole("button", { name: "Room", exact: true }).click();
  await expect(roomPanel(cleos)).toContainText("Boats and berths");
  await expect(roomPanel(cleos).getByRole("region", { name: "Reports" })).toHaveCount(0);

  const adas = await open(ada, `/c/${id}?panel=room`);
  const reports = roomPanel(adas).getByRole("region", { name: "Reports" });
  const advert = reports.getByRole("listitem").filter({ hasText: "an advert" });
  await expect(advert).toContainText("Reported by Cleo Okafor");
  await advert.getByRole("button", { name: "Delete message" }).click();
  await expect(advert).toHaveCount(0);
  await expect(chat.message(adas, "BUY MY BOATS")).toHaveCount(0);

  await reports.getByRole("button", { name: "Ban from room" }).click();
  await adas.getByRole("alertdialog").getByRole("button", { name: "Ban from room" }).click();
  await expect(reports).toContainText("Nothing to look at.");
  const bans = roomPanel(adas).getByRole("region", { name: "Bans" });
  await expect(bans).toContainText("Bob Marsh");
  await bans.getByRole("button", { name: /Lift ban/ }).click();
  await expect(bans).toContainText("Nobody is banned.");
});

test("a room's admin makes it slow and for announcements; its members are told and cannot write", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}?panel=room`), open(bob, `/c/${id}`)]);
  const settings = roomPanel(adas).getByRole("form", { name: "Settings" });
  await settings.getByLabel("What it is for").fill("Only the weather");
  await settings.getByLabel("Slow mode").selectOption({ label: "One message every 30 seconds" });
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(bobs.getByText("Slow mode: one message every 30 seconds.")).toBeVisible();
  await expect(adas.getByText("Slow mode: one message every 30 seconds.")).toHaveCount(0);
  await settings.getByLabel("Announcements only").check();
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(bobs.getByText("Only moderators and admins write in this room.")).toBeVisible();
  await expect(chat.field(bobs)).toHaveCount(0);
  await adas.getByRole("textbox", { name: "Message to Harbour" }).fill("Gale warning");
  await adas.getByRole("textbox", { name: "Message to Harbour" }).press("Enter");
  await expect(chat.message(bobs, "Gale warning")).toBeVisible();
});

test("the list of mentions offers everybody to whoever may call them, and to nobody else", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}`), open(bob, `/c/${id}`)]);
  await chat.field(bobs).pressSequentially("@roo");
  await chat.field(adas).pressSequentially("@roo");
  await expect(adas.getByRole("option", { name: /Everybody in the room/ })).toBeVisible();
  await expect(bobs.getByRole("option")).toHaveCount(0);
  await chat.field(adas).press("Enter");
  await chat.field(adas).pressSequentially("all hands");
  await chat.field(adas).press("Enter");
  await expect(chat.state(adas, "all hands", "sent")).toBeVisible();
  expect((await bob.history(id)).at(-1)?.metadata).toMatchObject({ mention_room: true });
});

test("somebody is invited into a private room by their address", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [], { visibility: "private" });
  const page = await open(ada, `/c/${id}?panel=room`);
  await roomPanel(page).getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Or by e-mail address").fill(`${bob.username}@example.com`);
  await dialog.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("2 participants")).toBeVisible();
  const bobs = await open(bob);
  await expect(chat.row(bobs, "Harbour")).toBeVisible();
});

test("messages are searched by keyboard, narrowed, and open where they stand", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await buildRoom(ada, [bob]);
  await ada.say(id, "The lantern hangs in the shed");
  for (let count = 0; count < 40; count++) await bob.say(id, `small talk ${count}`);
  await bob.say(id, "My lantern is <b>broken</b>: https://example.com/lantern");
  const page = await open(ada);
  await openFinder(page);
  await page.getByRole("combobox").fill("lantern");
  await page.getByRole("option", { name: "Search all messages for this" }).click();
  await expect(page).toHaveURL(/\/search\?q=lantern/);
  const results = page.getByRole("list", { name: "Results" }).getByRole("listitem");
  await expect(results).toHaveCount(2);
  await expect(results.filter({ hasText: "<b>broken</b>" }).locator("mark").first()).toHaveText("lantern");

  await page.getByRole("combobox", { name: "From" }).click();
  await page.getByRole("listbox", { name: "From" }).getByText("You").click();
  await expect(results).toHaveCount(1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("With", { exact: true }).selectOption({ label: "A link" });
  await expect(results).toHaveCount(1);
  await expect(results).toContainText("My lantern");
  await page.getByLabel("With", { exact: true }).selectOption({ label: "Anything" });
  await page.getByLabel("In", { exact: true }).selectOption({ label: "Harbour" });
  await page.getByLabel("After").fill("2099-01-01");
  await expect(page.getByText("No message found.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(results).toHaveCount(2);

  const field = page.getByRole("searchbox", { name: "Search messages" });
  await field.fill("lantern shed");
  await expect(results).toHaveCount(1);
  await field.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/c/${id}/m/`));
  await expect(chat.message(page, "The lantern hangs in the shed")).toBeInViewport();
  await page.goBack();
  await expect(results).toHaveCount(1);
});

test("whose messages are searched is found by a few letters, from the keyboard, among more people than a page has", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const crowd = await Promise.all(Array.from({ length: 32 }, (_, number) => person(`Aaron ${number}`)));
  const zoe = await person("Zoe Zimmer");
  const { id } = await buildRoom(ada, [zoe]);
  await ada.say(id, "A lantern for the pier");
  await zoe.say(id, "My lantern went out");
  const page = await open(ada, "/search?q=lantern");
  const results = page.getByRole("list", { name: "Results" }).getByRole("listitem");
  await expect(results).toHaveCount(2);
  const from = page.getByRole("combobox", { name: "From" });
  const offered = page.getByRole("listbox", { name: "From" }).getByRole("option");
  await from.focus();
  await page.keyboard.press("ArrowDown");
  await expect(offered.filter({ hasText: "Aaron" }).first()).toBeVisible();
  await page.keyboard.type("zimm");
  await expect(offered).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(from).toHaveValue("Zoe Zimmer");
  await expect(page).toHaveURL(new RegExp(`from=${zoe.id}`));
  await expect(results).toHaveCount(1);
  await expect(results).toContainText("went out");

  await page.keyboard.type(crowd[0]?.name ?? "");
  await page.keyboard.press("Escape");
  await expect(from).toHaveValue("Zoe Zimmer");
  await from.click();
  await offered.filter({ hasText: "Anybody" }).click();
  await expect(results).toHaveCount(2);
});
