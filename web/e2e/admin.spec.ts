import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { violationsOf } from "./kit/axe.ts";
import { expect, type Page, Person, password, test } from "./kit/index.ts";

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

test("a banned person is out at once, cannot come back, and can when the ban is lifted", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "Bob Marsh");
  const [page, bobs] = [await pages(), await pages()];
  await bob.signIn(bobs);
  await ada.signIn(page, "/admin/users");
  const row = page.getByRole("row", { name: /Bob Marsh/ });
  await row.getByRole("button", { name: "Actions for Bob Marsh" }).click();
  await page.getByRole("menuitem", { name: "Ban…" }).click();
  await expect(page.getByRole("dialog")).toContainText("All their sessions end at once");
  await page.getByLabel("Reason").fill("Sold boats in every room");
  await page.getByLabel("A week").check();
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(row).toContainText("Banned until");
  await expect(row).toContainText("Sold boats in every room");
  await expect(bobs.getByText("You have been signed out.")).toBeVisible();
  await bobs.getByLabel("E-mail or username").fill(bob.username);
  await bobs.getByLabel("Password", { exact: true }).fill(password);
  await bobs.getByRole("button", { name: "Sign in" }).click();
  await expect(bobs.getByRole("alert")).toContainText("banned");

  await page.getByLabel("State").selectOption("Banned");
  await expect(page.getByRole("row")).toHaveCount(2);
  await row.getByRole("button", { name: "Actions for Bob Marsh" }).click();
  await page.getByRole("menuitem", { name: "Lift the ban" }).click();
  await expect(page.getByText("No account fits.")).toBeVisible();
  await bobs.getByRole("button", { name: "Sign in" }).click();
  await expect(bobs.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  await page.goto(`${server.url}/admin/audit`);
  await expect(page.getByText("user.banned")).toBeVisible();
});

test("administrators see the server's numbers and tell everybody something; others see neither", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "Bob Marsh");
  const [page, bobs] = [await pages(), await pages()];
  await bob.signIn(bobs, "/admin/users");
  await expect(bobs.getByRole("heading", { name: "Only for administrators" })).toBeVisible();
  await expect(bobs.getByRole("link", { name: "Admin" })).toHaveCount(0);
  await ada.signIn(page);
  await page.getByRole("link", { name: "Admin" }).click();
  await expect(page.getByRole("definition").first()).toHaveText("2");
  await page.getByLabel("What you want to say").fill("Back in five minutes");
  await page.getByRole("button", { name: "Tell everybody" }).click();
  await expect(bobs.getByRole("complementary", { name: "From the administrators" })).toContainText(
    "Back in five minutes",
  );
  await bobs.getByRole("button", { name: "Dismiss" }).click();
  await expect(bobs.getByRole("complementary", { name: "From the administrators" })).toHaveCount(0);
});

test("the whole list of accounts, as far as it fits the filter, and the whole trail are saved as tables", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "=SUM(A1), «Bob»", "bob");
  await ada.call("POST", `/v1/admin/users/${bob.id}/ban`, { reason: "Formulas" });
  const page = await pages();
  await ada.signIn(page, "/admin/users");
  const saved = async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export as CSV" }).click(),
    ]);
    const text = await readFile(await download.path(), "utf8");
    return { name: download.suggestedFilename(), rows: text.trimEnd().split("\r\n") };
  };
  const users = await saved();
  expect(users.name).toBe("parley-users.csv");
  expect(users.rows[0]).toContain("id,username,display_name,email,role");
  expect(users.rows).toHaveLength(3);
  expect(users.rows.join()).toContain(`"'=SUM(A1), «Bob»"`);
  await page.getByLabel("Role", { exact: true }).selectOption("Server admin");
  await expect(page.getByRole("row")).toHaveCount(2);
  expect((await saved()).rows).toHaveLength(2);
  await page.getByRole("link", { name: "Changes" }).click();
  await expect(page.getByRole("list", { name: "Changes" })).toBeVisible();
  const trail = await saved();
  expect(trail.name).toBe("parley-changes.csv");
  expect(trail.rows[0]?.endsWith("prev_hash,hash")).toBe(true);
  expect(trail.rows.length).toBeGreaterThan(1);
});

test("an organization is made with the way in for its first Admin, and sees nothing of others", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const [page, visitors] = [await pages(), await pages()];
  await ada.signIn(page, "/admin/organizations");
  await page.getByRole("button", { name: "New organization" }).click();
  await page.getByLabel("Name").fill("Boat house");
  await page.getByRole("button", { name: "Make organization" }).click();
  const link = (await page.getByRole("alertdialog").locator("code").textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("list", { name: "Organizations" }).getByText("Boat house");
  await expect(row).toBeVisible();

  await visitors.goto(link);
  await visitors.getByLabel("Name", { exact: true }).fill("Cleo Okafor");
  await visitors.getByLabel("Username").fill("cleo");
  await visitors.getByLabel("E-mail").fill("cleo@example.com");
  await visitors.getByLabel("Password", { exact: true }).fill(password);
  await visitors.getByRole("button", { name: "Create account" }).click();
  await expect(visitors.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  await visitors.goto(`${server.url}/settings/members`);
  await expect(visitors.getByLabel("Role of Cleo Okafor")).toHaveValue("Admin");
  await expect(visitors.getByText("Ada Lovelace")).toHaveCount(0);
});

test("moderators read the trail of changes and nothing else of administration", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "Bob Marsh");
  await ada.call("PUT", `/v1/admin/users/${bob.id}`, { role: "moderator" });
  const page = await pages();
  await bob.signIn(page);
  await page.getByRole("link", { name: "Admin" }).click();
  await expect(page.getByRole("list", { name: "Changes" })).toContainText("Ada Lovelace");
  await expect(page.getByRole("link", { name: "Users" })).toHaveCount(0);
  await page.goto(`${server.url}/admin/users`);
  await expect(page.getByRole("heading", { name: "Only for administrators" })).toBeVisible();
});

for (const [size, viewport] of Object.entries(sizes)) {
  test(`axe finds nothing wrong where administrators work, light and dark, ${size}`, async ({
    ownServer: server,
    pages,
  }) => {
    test.setTimeout(120_000);
    const ada = await Person.register(server.url, "Ada Lovelace");
    const bob = await Person.register(server.url, "Bob Marsh");
    await ada.call("POST", `/v1/admin/users/${bob.id}/ban`, { reason: "Sold boats in every room" });
    const page = await pages({ viewport, reducedMotion: "reduce" });
    const faults: string[] = [];
    await ada.signIn(page);
    for (const [path, shown] of Object.entries(places(page))) {
      await page.goto(server.url + path);
      await shown.waitFor();
      faults.push(...(await violationsOf(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });
}

/** Each page with what shows that it is there. */
function places(page: Page): Record<string, Locator> {
  return {
    "/admin/overview": page.getByText("Online now"),
    "/admin/users": page.getByText("Sold boats in every room"),
    "/admin/organizations": page.getByText("Default organization"),
    "/admin/mail": page.getByText("Show the text").first(),
    "/admin/audit": page.getByText("user.banned"),
    "/settings/members": page.getByLabel("Role of Bob Marsh"),
    "/settings/invitations": page.getByText("No invitation is open."),
    "/settings/organization": page.getByLabel("Short name"),
  };
}
