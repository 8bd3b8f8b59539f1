import { chat, expect, type Page, test } from "./kit/index.ts";

test("two people talk: each sees what the other writes, and how far one's own has come", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const adas = await open(ada, `/c/${id}`);
  await chat.write(adas, "Are you there?");
  await expect(chat.state(adas, "Are you there?", "sent")).toBeVisible();

  const bobs = await open(bob);
  await expect(chat.row(bobs, "Ada Lovelace")).toContainText("1 unread message");
  await expect(chat.state(adas, "Are you there?", "delivered")).toBeVisible();
  await chat.row(bobs, "Ada Lovelace").click();
  await expect(chat.message(bobs, "Are you there?")).toBeVisible();
  await bobs.bringToFront();
  await expect(chat.state(adas, "Are you there?", "read")).toBeVisible();
  await expect(chat.row(bobs, "Ada Lovelace")).not.toContainText("unread");

  await chat.field(bobs).pressSequentially("I am");
  await expect(adas.getByText("Bob Marsh is typing…")).toBeVisible();
  await chat.write(bobs, "I am here.");
  await expect(chat.message(adas, "I am here.")).toBeVisible();
  await expect(adas.getByText("Bob Marsh is typing…")).toBeHidden();
});

test("an edit and a deletion show on both sides, and a reply leads to what it answers", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Shall we meet at noon?");
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}`), open(bob, `/c/${id}`)]);

  await chat.pointAt(adas, "noon?");
  await adas.getByRole("button", { name: "Reply" }).click();
  await expect(adas.getByText("Replying to Bob Marsh")).toBeVisible();
  await chat.write(adas, "At one, pleas");
  await expect(
    chat.message(bobs, "At one, pleas").getByRole("button", { name: /In reply to/ }),
  ).toBeVisible();

  await chat.field(adas).press("ArrowUp");
  await expect(chat.field(adas)).toHaveValue("At one, pleas");
  await chat.write(adas, "At one, please");
  await expect(chat.message(bobs, "At one, please")).toContainText("edited");
  expect(await chat.messages(bobs).count()).toBe(2);

  await chat.pointAt(adas, "At one, please");
  await adas.getByRole("button", { name: "More" }).click();
  await adas.getByRole("menuitem", { name: "Delete" }).click();
  await adas.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(chat.messages(bobs).filter({ hasText: "This message was deleted." })).toBeVisible();
  await expect(chat.message(bobs, "At one, please")).toHaveCount(0);
});

test("a mention is chosen from a list, marked, and told to the server", async ({ person, open }) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const { id } = await ada.group("Three", [bob, cleo]);
  const page = await open(ada, `/c/${id}`);
  await chat.field(page).pressSequentially("Ask @cle");
  await expect(page.getByRole("option", { name: /Cleo Okafor/ })).toBeVisible();
  await chat.field(page).press("Enter");
  await expect(chat.field(page)).toHaveValue(`Ask @${cleo.username} `);
  await chat.field(page).press("Enter");
  await expect(chat.state(page, `@${cleo.username}`, "sent")).toBeVisible();
  expect((await bob.history(id)).at(-1)?.mentions).toEqual([cleo.id]);
});

test("an emoji is found by its name, and «/» does instead of writing", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.group("Launch week", [bob]);
  const page = await open(ada, `/c/${id}`);
  const field = chat.field(page);
  const suggestions = page.getByRole("listbox", { name: "Suggestions" });
  await field.pressSequentially("Shipped :roc");
  await expect(suggestions.getByRole("option").first()).toContainText(":rocket:");
  await field.press("Enter");
  await expect(field).toHaveValue("Shipped 🚀 ");
  await field.pressSequentially("at 10:30 :tada:");
  await expect(field).toHaveValue("Shipped 🚀 at 10:30 🎉");
  await field.press("Enter");
  await expect(chat.message(page, "Shipped 🚀 at 10:30 🎉")).toBeVisible();
  await field.pressSequentially("/mu");
  await expect(suggestions.getByRole("option", { selected: true })).toContainText("/mute");
  await field.press("Enter");
  await expect(field).toHaveValue("");
  await expect(chat.row(page, "Launch week").getByLabel("Muted")).toBeVisible();
  await field.pressSequentially("/etc/hosts");
  await field.press("Enter");
  await expect(chat.state(page, "/etc/hosts", "sent")).toBeVisible();
  expect((await bob.history(id)).map(({ content }) => content)).toEqual([
    "Shipped 🚀 at 10:30 🎉",
    "/etc/hosts",
  ]);
});

test("what was begun stays: in the field over a reload, and in the list beside another conversation", async ({
  person,
  open,
}) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const [{ id }] = await Promise.all([ada.writeTo(bob), ada.writeTo(cleo)]);
  const page = await open(ada, `/c/${id}`);
  await chat.field(page).fill("Half a thought");
  await page.reload();
  await expect(chat.field(page)).toHaveValue("Half a thought");
  await chat.row(page, "Cleo Okafor").click();
  await expect(chat.field(page)).toHaveValue("");
  await expect(chat.row(page, "Bob Marsh")).toContainText("Draft: Half a thought");
});

test("another text of a message that was begun is there again after a look elsewhere, until it is given up", async ({
  person,
  open,
}) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const [{ id }] = await Promise.all([ada.writeTo(bob), ada.writeTo(cleo)]);
  await ada.say(id, "We meet at four");
  const page = await open(ada, `/c/${id}`);
  await expect(chat.message(page, "We meet at four")).toBeVisible();
  await chat.field(page).press("ArrowUp");
  await expect(chat.field(page)).toHaveValue("We meet at four");
  await chat.field(page).fill("We meet at five, in the");
  await chat.row(page, "Cleo Okafor").click();
  await expect(chat.field(page)).toHaveValue("");
  await chat.row(page, "Bob Marsh").click();
  await expect(chat.field(page)).toHaveValue("We meet at five, in the");
  await chat.field(page).fill("We meet at five");
  await chat.field(page).press("Enter");
  await expect(chat.message(page, "We meet at five")).toBeVisible();
  await expect(chat.field(page)).toHaveValue("");

  await chat.field(page).press("ArrowUp");
  await expect(chat.field(page)).toHaveValue("We meet at five");
  await chat.field(page).fill("Or at six");
  await chat.field(page).press("Escape");
  await chat.row(page, "Cleo Okafor").click();
  await chat.row(page, "Bob Marsh").click();
  await expect(chat.message(page, "We meet at five")).toBeVisible();
  await expect(chat.field(page)).toHaveValue("");
});

test("signing out forgets what was begun", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const page = await open(ada, `/c/${id}`);
  const kept = () => page.evaluate(() => JSON.stringify(localStorage));
  await chat.field(page).fill("Half a thought");
  expect(await kept()).toContain("Half a thought");
  await page.goto(`${ada.url}/settings/account`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  expect(await kept()).not.toContain("Half a thought");
});

for (const kind of ["direct", "group"] as const) {
  test(`opening the app at a ${kind} conversation asks the server five times at most`, async ({
    person,
    open,
  }) => {
    const [ada, bob, cleo] = await Promise.all([
      person("Ada Lovelace"),
      person("Bob Marsh"),
      person("Cleo Okafor"),
    ]);
    // The list beside it names people and says who is here.
    await ada.writeTo(cleo);
    const other = await ada.group("Reading circle", [cleo]);
    await cleo.say(other.id, "Chapter four");
    const { id } = await (kind === "direct" ? ada.writeTo(bob) : ada.group("Launch week", [bob]));
    await bob.say(id, "Hello");
    const page = await open(ada, `/c/${id}`);
    await expect(chat.message(page, "Hello")).toBeVisible();
    const asked = await requestsOf(page, async () => {
      await page.reload();
      await expect(chat.message(page, "Hello")).toBeVisible();
    });
    expect(asked.length, asked.join(", ")).toBeLessThanOrEqual(5);
  });
}

test("opening the app with more conversations than a page of the list holds asks no more often", async ({
  person,
  open,
}) => {
  test.setTimeout(90_000);
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  for (let number = 1; number <= 120; number++) await ada.group(`Group ${number}`, [bob]);
  const page = await open(ada, "/");
  await expect(chat.row(page, "Group 120")).toBeVisible();
  const asked = await requestsOf(page, async () => {
    await page.reload();
    await expect(chat.row(page, "Group 120")).toBeVisible();
  });
  expect(asked.length, asked.join(", ")).toBeLessThanOrEqual(5);
});

/** What the page asks the server for until it is quiet. */
async function requestsOf(page: Page, work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/")) asked.push(`${request.method()} ${pathname}`);
  });
  await work();
  await page.waitForLoadState("networkidle");
  return asked;
}

test("what is newest stays in sight when the field below it grows", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  for (let place = 1; place <= 30; place++) await ada.say(id, `Message ${place}`);
  await bob.say(id, "The newest");
  const page = await open(ada, `/c/${id}/m/${(await ada.history(id)).at(-1)?.message_id}`);
  const newest = chat.message(page, "The newest");
  await expect(newest).toBeInViewport({ ratio: 1 });
  await chat.field(page).fill(Array.from({ length: 12 }, (_, place) => `Line ${place}`).join("\n"));
  await expect(newest).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1280, height: 420 });
  await expect(newest).toBeInViewport({ ratio: 1 });
});
