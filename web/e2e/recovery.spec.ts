import { expect, Person, test } from "./kit/index.ts";

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
  await page.getByRole("button", { name: "Send the mail" }).click();
  await expect(page.getByText("a mail is on its way")).toBeVisible();

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
