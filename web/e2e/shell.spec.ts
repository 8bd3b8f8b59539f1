import { chat, expect, openFinder, test } from "./kit/index.ts";

const missing = { name: "This part could not be loaded" };

test("a part whose script does not come says so in its place, and comes when it is tried again", async ({
  person,
  open,
}) => {
  const page = await open(await person("Ada Lovelace"));
  let refused = 0;
  await page.route("**/assets/*.js", (route) => {
    refused += 1;
    return route.abort();
  });
  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("link", { name: "Workspace" }).click();
  await expect(page.getByRole("heading", missing)).toBeVisible();
  await places.getByRole("link", { name: "Chats" }).click();
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();

  const before = refused;
  await page.goBack();
  await expect(page.getByRole("heading", missing)).toBeVisible();
  // Coming back asks for it again, which must not succeed in place of the button.
  await expect.poll(() => refused).toBeGreaterThan(before);
  await page.unrouteAll({ behavior: "wait" });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Workspace" })).toBeVisible();
});

test("a part that went with an older version of the app comes with the new one, by itself", async ({
  person,
  open,
}) => {
  const page = await open(await person("Ada Lovelace"));
  await page.evaluate(() => document.body.setAttribute("data-version", "older"));
  // What the server answers once another version has been deployed.
  let isOlder = true;
  await page.route("**/assets/*.js", (route) =>
    isOlder ? route.fulfill({ status: 404 }) : route.continue(),
  );
  await page.route(
    ({ pathname }) => pathname === "/",
    async (route) => {
      isOlder = false;
      const answer = await route.fetch();
      await route.fulfill({ body: (await answer.text()).replaceAll("/assets/", "/assets/newer-") });
    },
  );
  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(page.getByRole("heading", { name: "Workspace" })).toBeVisible();
  await expect(page.locator("[data-version]")).toHaveCount(0);
});

test("the tab names what is shown, and how much is unread", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await ada.group("Launch week", [bob]);
  const page = await open(ada, "/rooms");
  await expect(page).toHaveTitle("Rooms · Parley");
  await bob.say(id, "Good morning Ada");
  await expect(page).toHaveTitle("(1) Rooms · Parley");
  await page.getByRole("link", { name: "Chats" }).click();
  await chat.row(page, "Bob Marsh").click();
  await expect(page).toHaveTitle("Bob Marsh · Parley");
  await chat.row(page, "Launch week").click();
  await expect(page).toHaveTitle("Launch week · Parley");
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveTitle("Profile · Parley");
  await page.getByRole("link", { name: "Security" }).click();
  await expect(page).toHaveTitle("Security · Parley");
  await page.goBack();
  await expect(page).toHaveTitle("Launch week · Parley");
  await openFinder(page);
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await expect(page).toHaveTitle("Sign in to Parley");
});

test("on a phone, finding is left by its button and by going back, and leaves nothing to go back to", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const viewport = { width: 390, height: 844 };
  const page = await open(ada, "/", { viewport, hasTouch: true });
  const find = page.getByRole("button", { name: "Find" });
  const dialog = page.getByRole("dialog");
  const rooms = page.getByRole("heading", { name: "Rooms", exact: true });
  await page.getByRole("link", { name: "Rooms" }).tap();
  await expect(rooms).toBeVisible();
  await find.tap();
  await dialog.getByRole("button", { name: "Close" }).tap();
  await expect(dialog).toHaveCount(0);
  await find.tap();
  await expect(dialog).toBeVisible();
  await page.goBack();
  await expect(dialog).toHaveCount(0);
  await expect(rooms).toBeVisible();

  await find.tap();
  await dialog.getByRole("option", { name: "Threads" }).tap();
  await expect(page.getByRole("heading", { name: "Threads", exact: true })).toBeVisible();
  await page.goBack();
  await expect(rooms).toBeVisible();
  await expect(dialog).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
});

test("a click beside a dialog closes it, unless something was filled in", async ({ person, open }) => {
  const page = await open(await person("Ada Lovelace"), "/new/group");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Find people by name").fill("bob");
  await page.mouse.click(20, 700);
  await expect(dialog).toHaveCount(0);

  await page.goto(new URL("/new/support", page.url()).href);
  await dialog.getByLabel("Your question").fill("Where do I find last year's invoices?");
  await page.mouse.click(20, 700);
  await page.mouse.click(1_000, 780);
  await expect(dialog.getByLabel("Your question")).toHaveValue("Where do I find last year's invoices?");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("a double click does once what a click does", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const page = await open(ada, "/new/group");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the group").fill("Launch week");
  await dialog.getByLabel("Find people by name").fill(bob.username);
  await dialog.getByLabel(`@${bob.username}`).check();
  // As on a busy machine: both come before the page could show that it is at work.
  await dialog.getByRole("button", { name: "Create group" }).evaluate((button) => {
    for (const detail of [1, 2])
      button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
  });
  await expect(page.getByRole("heading", { level: 1, name: "Launch week" })).toBeVisible();
  await page.reload();
  await expect(chat.row(page, "Launch week")).toHaveCount(1);
});

test("an address that is none of the app's says so, and leads back", async ({ person, open }) => {
  const page = await open(await person("Ada Lovelace"));
  const answer = await page.goto(new URL("/no/such/place", page.url()).href);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await page.getByRole("button", { name: "Chats" }).click();
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
});
