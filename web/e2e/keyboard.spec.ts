import { chat, expect, openFinder, test } from "./kit/index.ts";

test("without a mouse: finding somebody, writing, editing, answering, a group's details, the way out", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const page = await open(ada);
  const keys = page.keyboard;
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();

  await openFinder(page);
  await keys.type(bob.username);
  await expect(page.getByRole("option").filter({ hasText: bob.username })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await keys.press("Enter");
  await expect(chat.field(page)).toBeFocused();
  await keys.type("Good mornin");
  await keys.press("Shift+Enter");
  await keys.type("Bob");
  await keys.press("Enter");
  await expect(chat.state(page, "Good mornin", "sent")).toBeVisible();
  await keys.press("ArrowUp");
  await expect(chat.field(page)).toHaveValue("Good mornin\nBob");
  await keys.press("Escape");
  await expect(chat.field(page)).toHaveValue("");

  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Good morning Ada");
  await expect(chat.message(page, "Good morning Ada")).toBeVisible();
  await keys.press("Shift+Tab");
  await expect(page.getByRole("button", { name: "Attach files" })).toBeFocused();
  await keys.press("Shift+Tab");
  await expect(chat.message(page, "Good morning Ada")).toBeFocused();
  await keys.press("ArrowUp");
  await expect(chat.message(page, "Good mornin").first()).toBeFocused();
  await keys.press("ArrowDown");
  await keys.press("r");
  await expect(chat.field(page)).toBeFocused();
  await expect(page.getByText("Replying to Bob Marsh")).toBeVisible();
  await keys.type("Slept well?");
  await keys.press("Enter");
  await expect(chat.message(page, "Slept well?").getByRole("button", { name: /In reply to/ })).toBeVisible();

  // Once it has its place, its row stays the same.
  await expect(chat.state(page, "Slept well?", "sent")).toBeVisible();
  await chat.message(page, "Slept well?").focus();
  await chat.message(page, "Slept well?").getByRole("button", { name: "More" }).focus();
  await keys.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).press("Enter");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await keys.press("Escape");
  await expect(chat.message(page, "Slept well?")).toBeFocused();

  await page.getByRole("link", { name: "Chats" }).focus();
  await keys.press("d");
  await expect(page.getByRole("complementary", { name: "Details" })).toBeVisible();
  await keys.press("d");
  await expect(page.getByRole("complementary", { name: "Details" })).toBeHidden();
  await keys.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await keys.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await openFinder(page);
  await keys.type("sign out");
  await keys.press("Enter");
  await expect(page.getByLabel("E-mail or username")).toBeFocused();
});
