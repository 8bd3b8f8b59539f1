import { expect, Person, TestServer, test } from "./kit/index.ts";

interface Mails {
  mails: { subject: string; text: string | null }[];
}

test("a forgotten password is set anew by the mail's link, which keeps its token out of the address bar", async ({
  ownServer: server,
  pages,
}) => {
  const admin = await Person.register(server.url, "Ada Lovelace");
  const bob = await Person.register(server.url, "Bob Marsh");
  const page = await pages();
  await page.goto(server.url);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill(`${bob.username}@example.com`);
  await page.getByRole("button", { name: "Ask for a link" }).click();
  await expect(page.getByText("whoever runs this server finds its link")).toBeVisible();

  const link = async () => {
    const { mails } = await admin.call<Mails>("GET", "/v1/admin/mails");
    return mails.map(({ text }) => /\S+\/reset-password#token=\S+/.exec(text ?? "")?.[0]).find(Boolean);
  };
  await expect.poll(link).toBeTruthy();
  await page.goto((await link()) ?? "");
  await page.getByLabel("New password", { exact: true }).fill("Difference-1822");
  expect(new URL(page.url()).hash).toBe("");
  await page.getByRole("button", { name: "Set a new password" }).click();
  await expect(page.getByText("Your new password is set")).toBeVisible();

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail or username").fill(`${bob.username}@example.com`);
  await page.getByLabel("Password", { exact: true }).fill("Difference-1822");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
});

test("where a relay takes mails, pages say that one is on its way", async ({ pages }) => {
  const server = await TestServer.start({ SMTP_URL: "smtp://127.0.0.1:9" });
  try {
    const ada = await Person.register(server.url, "Ada Lovelace");
    const page = await pages();
    await page.goto(`${server.url}/forgot-password`);
    await page.getByLabel("E-mail").fill("somebody@example.com");
    await page.getByRole("button", { name: "Send the mail" }).click();
    await expect(page.getByText("a mail is on its way")).toBeVisible();
    await ada.signIn(page, "/settings/invitations");
    await page.getByLabel("E-mail").fill("bob@example.com");
    await page.getByRole("button", { name: "Send invitation" }).click();
    await expect(page.getByText("An invitation is on its way to bob@example.com")).toBeVisible();
  } finally {
    await server.stop();
  }
});
