import { expect, Person, password, test } from "./kit/index.ts";

/** Somebody who founded an organization of their own. */
async function founder(url: string): Promise<string> {
  const email = "grace@example.com";
  const answer = await fetch(`${url}/api/v5/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      email,
      password,
      first_name: "Grace",
      last_name: "Hill",
      tenant_name: "Compilers",
    }),
  });
  expect(answer.status).toBe(201);
  return email;
}

interface Members {
  members: { username: string; role: string }[];
}

test("an invitation link brings one new person in, in the role it was made for", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const page = await pages();
  await ada.signIn(page, "/settings/invitations");
  await page.getByLabel("Viewer").check();
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = (await page.getByRole("main").locator("code").textContent()) ?? "";
  await expect(page.getByRole("list", { name: "Open invitations" })).toContainText("By link");

  const guests = await pages();
  await guests.goto(link);
  await expect(guests.getByRole("heading", { name: "You are invited" })).toBeVisible();
  expect(new URL(guests.url()).hash, "the token is in no address bar").toBe("");
  await guests.getByLabel("Name", { exact: true }).fill("Bob Marsh");
  await guests.getByLabel("Username").fill("bob");
  await guests.getByLabel("E-mail").fill("bob@example.com");
  await guests.getByLabel("Password", { exact: true }).fill(password);
  await guests.getByRole("button", { name: "Create account" }).click();
  await expect(guests.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  const { organization_id: id } = await ada.call<{ organization_id: string }>("GET", "/v1/users/me");
  const { members } = await ada.call<Members>("GET", `/v1/organizations/${id}/members`);
  expect(members.find(({ username }) => username === "bob")?.role).toBe("Viewer");

  const late = await pages();
  await late.goto(link);
  await late.getByLabel("Name", { exact: true }).fill("Cleo Okafor");
  await late.getByLabel("Username").fill("cleo");
  await late.getByLabel("E-mail").fill("cleo@example.com");
  await late.getByLabel("Password", { exact: true }).fill(password);
  await late.getByRole("button", { name: "Create account" }).click();
  await expect(late.getByRole("alert")).toContainText("used before");
  expect(server.url).toBe(ada.url);
});

test("whoever has an account signs in on the way and joins with it", async ({ ownServer: server, pages }) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const email = await founder(server.url);
  const admin = await pages();
  await ada.signIn(admin, "/settings/invitations");
  await admin.getByLabel("E-mail").fill(email);
  // This server sends no mails, and does not say that it did.
  await admin.getByRole("button", { name: "Make a link" }).click();
  await expect(admin.getByText(`Only ${email} can use it.`)).toBeVisible();
  await expect(admin.getByText("on its way")).toHaveCount(0);
  await admin.goto(`${server.url}/admin/mail`);
  await expect(admin.getByRole("heading", { name: "No mail is sent" })).toBeVisible();
  await admin.getByText("Show the text").first().click();
  const mail = (await admin.locator("details[open] pre").textContent()) ?? "";
  const link = /\S+\/invite#token=\S+/.exec(mail)?.[0] ?? "";

  const page = await pages();
  await page.goto(link);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail or username").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("You are signed in as Grace Hill.")).toBeVisible();
  await expect(page.getByText("you leave your present organization")).toBeVisible();
  await page.getByRole("button", { name: "Join with this account" }).click();
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  await page.goto(`${server.url}/settings/members`);
  await expect(page.getByRole("list", { name: "Members" })).toContainText("Ada Lovelace");
});

test("an Admin names the organization, gives roles and removes people; others only see it", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "Bob Marsh");
  const page = await pages();
  await ada.signIn(page, "/settings/organization");
  await page.getByLabel("Name", { exact: true }).fill("Boat house");
  await page.getByLabel("Short name").fill("No such Name");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("may hold a-z")).toBeVisible();
  await page.getByLabel("Short name").fill("boat-house");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The default organization keeps its slug")).toBeVisible();
  await page.getByLabel("Short name").fill("default");
  await page.getByLabel("Time zone").fill("Europe/Lisbon");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();

  const bobs = await pages();
  await bob.signIn(bobs, "/settings/organization");
  await expect(bobs.getByText("Boat house")).toBeVisible();
  await expect(bobs.getByText("Only its Admins change this.")).toBeVisible();
  await expect(bobs.getByRole("button", { name: "Save" })).toHaveCount(0);
  await bobs.goto(`${server.url}/settings/invitations`);
  await expect(bobs.getByText("Only Admins and Managers invite people.")).toBeVisible();

  await page.goto(`${server.url}/settings/members`);
  await page.getByLabel("Role of Bob Marsh").selectOption("Manager");
  await bobs.reload();
  await expect(bobs.getByRole("button", { name: "Make a link" })).toBeVisible();
  await expect(bobs.getByLabel("Admin"), "no role above one's own").toHaveCount(0);

  await page.getByLabel("Find members").fill("Bob");
  await expect(page.getByRole("list", { name: "Members" }).getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Remove Bob Marsh" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Nobody by that name.")).toBeVisible();
});
