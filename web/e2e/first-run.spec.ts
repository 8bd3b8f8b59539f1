import type { Message } from "../../sdk/src/index.ts";
import { chat, expect, test } from "./kit/index.ts";

const password = "Analytical-1843";

test("on a new server: the first page makes the administrator's account, a second person registers, and they talk", async ({
  ownServer: server,
  pages,
}) => {
  const requests: string[] = [];
  const [first, second] = await Promise.all([pages(), pages()]);
  for (const page of [first, second]) page.on("request", (request) => requests.push(request.url()));
  const register = async (page: typeof first, name: string) => {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Username").fill(name.toLowerCase());
    await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.com`);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Create account" }).click();
  };
  await first.goto(server.url);
  await expect(first.getByRole("heading", { name: "Welcome to Parley" })).toBeVisible();
  await register(first, "Ada");
  await expect(first.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  await first.getByRole("button", { name: "New message" }).click();
  await first.getByRole("link", { name: "Invite people" }).click();
  await expect(first.getByRole("heading", { name: "Invitations", exact: true })).toBeVisible();
  await first.getByRole("link", { name: "Chats" }).click();

  await second.goto(server.url);
  await expect(second.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  await second.getByRole("link", { name: "Create account" }).click();
  await register(second, "Ada");
  await expect(second.locator("[aria-invalid]")).toHaveCount(1);
  await register(second, "Bob");
  await second.getByRole("button", { name: "New message" }).click();
  await second.getByRole("searchbox", { name: "Find people by name" }).fill("ad");
  await second.getByRole("button", { name: /Ada/ }).click();
  await chat.write(second, "Hello Ada");
  await chat.row(first, "Bob").click();
  await expect(chat.message(first, "Hello Ada")).toBeVisible();
  expect(requests.filter((url) => new URL(url).origin !== server.url)).toEqual([]);
});

test("a link opens after signing in; one to what is not one's own says so and tells no more", async ({
  person,
  pages,
}) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const { id } = await ada.writeTo(bob);
  const messages: Message[] = [];
  for (let number = 1; number <= 60; number++) messages.push(await bob.say(id, `Number ${number}`));
  const page = await pages();
  await page.goto(`${ada.url}/c/${id}/m/${messages[4]?.message_id}`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await ada.signIn(page, `/c/${id}/m/${messages[4]?.message_id}`);
  await expect(chat.message(page, "Number 5").first()).toBeInViewport();
  await page.goBack();
  await page.goForward();
  await expect(chat.message(page, "Number 5").first()).toBeInViewport();

  const others = await pages();
  await cleo.signIn(others, `/c/${id}`);
  await expect(others.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await expect(others.getByText("Ada Lovelace")).toHaveCount(0);
});
