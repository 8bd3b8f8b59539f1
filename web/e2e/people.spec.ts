import { chat, expect, test } from "./kit/index.ts";

test("who is blocked cannot write directly, until they are unblocked in the settings", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Buy my boat!");
  const page = await open(ada, `/c/${id}?panel=details`);
  await page.getByRole("button", { name: "Block Bob Marsh" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  await expect(page.locator("p").filter({ hasText: "You have blocked Bob Marsh." })).toBeVisible();
  await expect(bob.say(id, "Really, a good boat")).rejects.toThrow("FORBIDDEN");

  await page.goto(`${ada.url}/settings/privacy`);
  await page.getByRole("button", { name: "Unblock Bob Marsh" }).click();
  await expect(page.getByText("You have blocked nobody.")).toBeVisible();
  await bob.say(id, "Thank you");
  await page.goto(`${ada.url}/c/${id}`);
  await expect(chat.message(page, "Thank you")).toBeVisible();
});

test("a request for friendship arrives while one looks, is accepted, and the other sees it", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const [adas, bobs] = await Promise.all([open(ada, "/settings/privacy"), open(bob, "/settings/privacy")]);
  await expect(adas.getByText("No friends yet.")).toBeVisible();
  await bobs.getByRole("button", { name: "Add a friend" }).click();
  await bobs.getByLabel("Find people by name").fill(ada.username);
  await bobs.getByRole("button", { name: `Ada Lovelace @${ada.username}` }).click();
  await expect(bobs.getByRole("list", { name: "Requests of yours" })).toContainText("Ada Lovelace");

  await adas.getByRole("button", { name: "Accept: Bob Marsh" }).click();
  await expect(adas.getByRole("list", { name: "Friends", exact: true })).toContainText("Bob Marsh");
  await bobs.reload();
  await expect(bobs.getByRole("list", { name: "Friends", exact: true })).toContainText("Ada Lovelace");
  await bobs.getByRole("button", { name: "Remove: Ada Lovelace" }).click();
  await bobs.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(bobs.getByText("No friends yet.")).toBeVisible();
});

test("whoever hides it is not seen to be here", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const page = await open(ada, "/settings/privacy");
  const isSeen = async () => {
    const { presence } = await bob.call<{ presence: { online: boolean }[] }>(
      "GET",
      `/v1/presence?user_ids=${ada.id}`,
    );
    return presence[0]?.online;
  };
  await expect.poll(isSeen).toBe(true);
  await page.getByLabel("Show when I am here").click();
  await expect(page.getByLabel("Show when I am here")).not.toBeChecked();
  await expect.poll(isSeen).toBe(false);
  await page.reload();
  await expect(page.getByLabel("Show when I am here")).not.toBeChecked();
});
