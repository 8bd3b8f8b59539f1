import { readFile } from "node:fs/promises";
import { Authenticator, expect, type Page, Person, password, test } from "./kit/index.ts";

interface Mails {
  mails: { subject: string; text: string | null }[];
}

async function signOut(page: Page): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/settings/account`);
  await page.getByRole("button", { name: "Sign out on this device" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
}

async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("E-mail or username").fill(person.username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a second factor is set up by scanning its code, and asked for at the next sign-in", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/security");
  await page.getByRole("button", { name: "Set up" }).click();
  const phone = await Authenticator.scan(page.getByRole("img", { name: /QR code/ }));
  const byHand = await page.getByRole("dialog").locator("code").textContent();
  expect(byHand?.replaceAll(" ", "")).toBe(phone.secret);

  await page.getByLabel("Code of the app").fill("000000");
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByRole("alert")).toContainText("code is wrong");
  await page.getByLabel("Code of the app").fill(phone.code());
  await page.getByRole("button", { name: "Turn on" }).click();

  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const shown = await codes.allTextContents();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain(shown.join("\n"));
  await page.keyboard.press("Escape");
  await expect(codes, "a stray key does not lose the codes").toHaveCount(10);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("On. 10 recovery codes left.")).toBeVisible();

  await signOut(page);
  await signIn(page, ada);
  await page.getByLabel("Code", { exact: true }).fill("123456");
  await expect(page.getByRole("alert"), "being asked for the code is no failure").toHaveCount(0);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("code is wrong");
  await page.getByLabel("Code", { exact: true }).fill(shown[0] ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Account", exact: true }), "where one was").toBeVisible();
  await page.goto(`${ada.url}/settings/security`);
  await expect(page.getByText("On. 9 recovery codes left.")).toBeVisible();
});

/** Gives them a second factor, without the page. */
async function guard(person: Person): Promise<{ secret: string; codes: string[] }> {
  const { secret } = await person.call<{ secret: string }>("POST", "/v1/auth/2fa/setup");
  const code = new Authenticator(secret).code();
  const { recovery_codes: codes } = await person.call<{ recovery_codes: string[] }>(
    "POST",
    "/v1/auth/2fa/verify",
    { code },
  );
  return { secret, codes };
}

/** In the dialog that asks for both factors. */
async function prove(page: Page, code: string, action: string): Promise<void> {
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("dialog").getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("dialog").getByRole("button", { name: action }).click();
}

const newCodes = (page: Page) => page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");

test("new recovery codes replace those that are left, without setting the app up again", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/security");
  const { codes } = await guard(ada);
  await ada.call("POST", "/v1/auth/login", { username: ada.username, password, recovery_code: codes[0] });
  await page.reload();
  await expect(page.getByText("On. 9 recovery codes left.")).toBeVisible();
  await page.getByRole("button", { name: "New recovery codes" }).click();
  await prove(page, codes[0] ?? "", "Continue");
  await expect(page.getByRole("alert")).toContainText("code is wrong");
  await prove(page, codes[1] ?? "", "Continue");
  await expect(newCodes(page)).toHaveCount(10);
  const shown = await newCodes(page).allTextContents();
  expect(shown.filter((code) => codes.includes(code))).toEqual([]);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("On. 10 recovery codes left.")).toBeVisible();
});

test("turning the second factor off needs both factors; another app comes with a new key and new recovery codes", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/security");
  const { secret, codes } = await guard(ada);
  await page.reload();
  await page.getByRole("button", { name: "Use another app" }).click();
  await prove(page, codes[0] ?? "", "Continue");
  const phone = await Authenticator.scan(page.getByRole("img", { name: /QR code/ }));
  expect(phone.secret).not.toBe(secret);
  await page.getByLabel("Code of the app").fill(phone.code());
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(newCodes(page)).toHaveCount(10);
  const shown = await newCodes(page).allTextContents();
  expect(shown.filter((code) => codes.includes(code))).toEqual([]);
  await page.getByRole("button", { name: "I have kept them" }).click();

  await page.getByRole("button", { name: "Turn off" }).click();
  await prove(page, codes[1] ?? "", "Turn off");
  await expect(page.getByRole("alert")).toContainText("code is wrong");
  await prove(page, shown[0] ?? "", "Turn off");
  await expect(page.getByText("Off. Whoever knows your password can sign in.")).toBeVisible();
});

test("an address counts once the mail's link was followed, and the page says so", async ({
  ownServer: server,
  pages,
}) => {
  const ada = await Person.register(server.url, "Ada Lovelace");
  const page = await pages();
  await ada.signIn(page, "/settings/account");
  await expect(page.getByText("Not confirmed yet")).toBeVisible();
  await page.getByLabel("New address").fill("countess@example.com");
  await page.getByLabel("Password", { exact: true }).fill("not it");
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(page.getByRole("alert")).toContainText("not your current password");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(page.getByText("countess@example.com counts once its link is followed.")).toBeVisible();

  const link = async () => {
    const { mails } = await ada.call<Mails>("GET", "/v1/admin/mails");
    const texts = mails.map(({ text }) => text ?? "").filter((text) => !text.includes("about to change"));
    return texts.map((text) => /\S+\/verify-email#token=\S+/.exec(text)?.[0]).find(Boolean);
  };
  await expect.poll(link).toBeTruthy();
  await page.goto((await link()) ?? "");
  await expect(page.getByText("countess@example.com is confirmed.")).toBeVisible();
  await page.goto(`${server.url}/settings/account`);
  await expect(page.getByText("countess@example.com")).toBeVisible();
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
});

test("a deleted account is out at once, and what it wrote stays", async ({ person, open }) => {
  // Whoever is the first here runs the server, and cannot leave the others alone.
  await person("Grace Hill");
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await ada.say(id, "I was here");
  const page = await open(ada, "/settings/account");
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill("not it");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByRole("alert")).toContainText("not your current password");
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Parley" })).toBeVisible();
  await signIn(page, ada);
  await expect(page.getByRole("alert")).toContainText("do not match");
  expect((await bob.history(id)).map(({ content }) => content)).toContain("I was here");
});

test("a key is shown once, does what its scopes say, and is over when revoked", async ({ person, open }) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/api-keys");
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Name").fill("Tide table");
  await page.getByRole("button", { name: "Make key" }).click();
  const key = (await page.getByRole("alertdialog").locator("code").textContent()) ?? "";
  const ask = (method: string) =>
    fetch(`${ada.url}/v1/conversations`, {
      method,
      headers: { "x-api-key": key, "content-type": "application/json" },
      ...(method === "POST" ? { body: JSON.stringify({ type: "direct", participant_ids: [ada.id] }) } : {}),
    });
  expect((await ask("GET")).status).toBe(200);
  expect((await ask("POST")).status, "it may only read").toBe(403);
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("list", { name: "API keys" }).getByRole("listitem");
  await expect(row).toContainText("Tide table");
  await page.reload();
  await expect(row).toContainText("Last used");
  await expect(page.getByText(key), "it is not shown again").toHaveCount(0);
  await page.getByRole("button", { name: "Revoke: Tide table" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  expect((await ask("GET")).status).toBe(401);
});

test("a picture from elsewhere is kept for other programs, and never asked for here", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/profile");
  const abroad: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== ada.url) abroad.push(request.url());
  });
  await page.getByText("Use a picture from elsewhere").click();
  await page.getByLabel("Address of the picture").fill("https://example.com/faces/ada.png");
  await page.getByRole("button", { name: "Use this picture" }).click();
  await expect(page.getByRole("button", { name: "Remove" })).toBeVisible();
  const { avatar_url } = await ada.call<{ avatar_url: string | null }>("GET", "/v1/users/me");
  expect(avatar_url).toBe("https://example.com/faces/ada.png");
  expect(abroad).toEqual([]);
});

test("one's own data is downloaded in one file, with what one wrote", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await ada.say(id, "Notes on the engine");
  const page = await open(ada, "/settings/account");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download your data" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  expect(JSON.parse(text)).toBeTruthy();
  expect(text).toContain("Notes on the engine");
  expect(text).toContain(ada.username);
});

test("signing out everywhere else asks first, and leaves only the session that one is in", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const page = await open(ada, "/settings/sessions");
  const others = page.getByRole("button", { name: /^Sign out there/ });
  await expect(others).toHaveCount(1);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  const question = page.getByRole("alertdialog", { name: "Sign out everywhere else?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(question).toBeHidden();
  await page.reload();
  await expect(others).toHaveCount(1);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await question.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Ended 1 other session." })).toBeVisible();
  await expect(question).toBeHidden();
  await expect(others).toHaveCount(0);
});
