import { chat, expect, test } from "./kit/index.ts";

test("a mention is told while one is elsewhere, leads to its message, and is read by that", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await bob.group("Launch week", [ada]);
  const page = await open(ada, "/settings/profile");
  const activity = page.getByRole("link", { name: /^Activity/ });
  await expect(activity).toHaveAccessibleName("Activity");
  await bob.say(id, `@${ada.username} are you there?`, { mentions: [ada.id] });
  await expect(activity).toHaveAccessibleName(/1 unread notification/);
  await activity.click();
  await page
    .getByRole("list", { name: "Activity" })
    .getByRole("link", { name: /are you there/ })
    .click();
  await expect(chat.message(page, "are you there?")).toBeVisible();
  await expect(activity).toHaveAccessibleName("Activity");
});

test("what was missed waits, is marked as read one by one or all at once, and is cleared", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await bob.writeTo(ada);
  for (const text of ["First", "Second", "Third"]) await bob.say(id, text);
  await bob.call("POST", `/v1/users/${ada.id}/friend`);
  const page = await open(ada, "/notifications");
  const rows = page.getByRole("list", { name: "Activity" }).getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await page.getByRole("button", { name: "Mark as read: Friend request" }).click();
  await page.getByLabel("Only unread").check();
  await expect(rows).toHaveCount(3);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("You have read everything.")).toBeVisible();
  await page.getByLabel("Only unread").uncheck();
  await expect(rows).toHaveCount(4);
  await page.getByRole("button", { name: "Clear all" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Clear all" }).click();
  await expect(page.getByRole("heading", { name: "Nothing new" })).toBeVisible();
  expect(await bob.history(id), "messages stay").toHaveLength(3);
});

test("what one does not want to hear of is not told", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const page = await open(ada, "/settings/notifications");
  await page.getByLabel("Friend requests: In the app").click();
  await expect(page.getByLabel("Friend requests: In the app")).not.toBeChecked();
  await page.reload();
  await expect(page.getByLabel("Friend requests: In the app")).not.toBeChecked();
  await expect(page.getByLabel("Mentions: In the app")).toBeChecked();
  const { id } = await bob.group("Launch week", [ada]);
  await bob.call("POST", `/v1/users/${ada.id}/friend`);
  await bob.say(id, `@${ada.username} look`, { mentions: [ada.id] });
  await page.goto(`${ada.url}/notifications`);
  const list = page.getByRole("list", { name: "Activity" });
  await expect(list).toContainText("look");
  await expect(list).not.toContainText("Friend request");
});
