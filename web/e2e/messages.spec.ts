import { readFile } from "node:fs/promises";
import { chat, expect, openFinder, test } from "./kit/index.ts";

test("a reaction shows on both sides, is joined in and taken back; a pin shows too", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "It is done.");
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}`), open(bob, `/c/${id}`)]);
  await chat.pointAt(adas, "It is done.");
  await adas.getByRole("button", { name: "Add reaction" }).click();
  await adas.getByRole("menuitem", { name: "React with 🎉" }).click();
  const bobsChip = chat.message(bobs, "It is done.").getByRole("button", { name: /🎉/ });
  await expect(bobsChip).toHaveAttribute("aria-pressed", "false");
  await bobsChip.click();
  const adasChip = chat.message(adas, "It is done.").getByRole("button", { name: /🎉/ });
  await expect(adasChip).toHaveText(/2$/);
  await adasChip.click();
  await expect(bobsChip).toHaveText(/1$/);
  await bobsChip.click();
  await expect(adasChip).toHaveCount(0);

  await chat.pointAt(adas, "It is done.");
  await adas.getByRole("button", { name: "More" }).click();
  await adas.getByRole("menuitem", { name: "Pin" }).click();
  await expect(chat.message(bobs, "It is done.").getByText("Pinned")).toBeVisible();
});

test("what is pinned is listed in the details, and leads to its place", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.group("Launch week", [bob]);
  const rules = await bob.say(id, "The door code is on the board");
  for (let number = 1; number <= 40; number++) await ada.say(id, `Message ${number}`);
  const page = await open(ada, `/c/${id}?panel=details`);
  await expect(chat.message(page, "Message 40")).toBeInViewport();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect(details.getByRole("heading", { name: "Pinned messages" })).toBeHidden();
  await bob.call("POST", `/v1/messages/${rules.message_id}/pin`);
  await details.getByRole("button", { name: /The door code is on the board/ }).click();
  await expect(chat.message(page, "The door code is on the board")).toBeInViewport();
  await expect(details).toBeVisible();
  await bob.call("DELETE", `/v1/messages/${rules.message_id}/pin`);
  await expect(details.getByRole("heading", { name: "Pinned messages" })).toBeHidden();
});

test("an encrypted conversation shows a lock and says that this app cannot read it", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await bob.call<{ id: string }>("POST", "/v1/conversations", {
    type: "group",
    title: "Sealed",
    participant_ids: [ada.id],
    is_e2ee_enabled: true,
  });
  const cipher = "bm90IGZvciB5b3VyIGV5ZXM=";
  await bob.call("POST", "/v1/messages", {
    conversation_id: id,
    message_type: "text",
    content: cipher,
    is_encrypted: true,
  });
  const page = await open(ada, `/c/${id}?panel=details`);
  await expect(chat.row(page, "Sealed").getByLabel("End-to-end encrypted")).toBeVisible();
  await expect(chat.row(page, "Sealed")).toContainText("Encrypted message");
  await expect(page.getByText("This app cannot read or write here yet.")).toBeVisible();
  await expect(page.getByRole("feed").getByText("Encrypted. This app cannot read it yet.")).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Details" })).toContainText("End-to-end encrypted");
  await expect(chat.field(page)).toBeHidden();
  await expect(page.getByText(cipher)).toBeHidden();
});

test("a message is found by its words and opened where it stands", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "The marmalade is in the pantry.");
  for (let number = 1; number <= 40; number++) await bob.say(id, `Filler ${number}`);
  const page = await open(ada);
  await chat.row(page, "Bob Marsh").waitFor();
  await openFinder(page);
  await page.keyboard.type("marmala");
  await page.getByRole("option", { name: /marmalade/ }).click();
  await expect(chat.message(page, "marmalade")).toBeInViewport();
});

test("a picture that one chooses for oneself is cut small, and others see it", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const page = await open(ada, "/settings/profile");
  const png = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1_200, 800];
    canvas.getContext("2d")?.fillRect(0, 0, 600, 800);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: "image/png", buffer });
  const input = page.getByLabel("Choose a picture");
  await input.setInputFiles(file("torn.png", Buffer.from("no picture")));
  await expect(page.getByRole("alert")).toContainText("cannot be shown as a picture");
  await input.setInputFiles(file("wide.png", Buffer.from(png, "base64")));
  await expect(page.getByRole("button", { name: "Change picture" })).toBeVisible();
  const other = await open(bob, `/c/${id}`);
  const shown = other.locator("header img");
  await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(320);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("button", { name: "Choose a picture" })).toBeVisible();
});

test("a room is made, found by somebody else, entered and left", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const name = `Kitchen ${ada.username}`;
  const adas = await open(ada, "/rooms");
  await adas.getByRole("button", { name: "New room" }).click();
  await adas.getByLabel("Name of the room").fill(name);
  await adas.getByRole("button", { name: "Create room" }).click();
  await chat.write(adas, "Coffee is ready");

  const bobs = await open(bob, "/rooms");
  await bobs.getByRole("searchbox", { name: "Find rooms by name" }).fill(ada.username);
  await bobs.getByRole("button", { name: `Join: ${name}` }).click();
  await expect(chat.message(bobs, "Coffee is ready")).toBeVisible();
  await chat.write(bobs, "Coming");
  await expect(chat.message(adas, "Coming")).toBeVisible();
  await bobs.getByRole("button", { name: "Show details" }).click();
  await bobs.getByRole("button", { name: "Leave" }).click();
  await bobs.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await expect(chat.row(bobs, name)).toHaveCount(0);
});

/** A picture of one red pixel. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

test("a picture and a file go with a message, are shown, and reach the other one as they were", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const [adas, bobs] = await Promise.all([open(ada, `/c/${id}`), open(bob, `/c/${id}`)]);
  // The app may be opened by another name of the same server.
  await adas.goto(
    `${ada.url.replace("127.0.0.1", "localhost")}/login?next=${encodeURIComponent(`/c/${id}`)}`,
  );
  await ada.signInHere(adas);
  await adas.locator('input[type="file"]').setInputFiles([
    { name: "dot.png", mimeType: "image/png", buffer: picture },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Bring milk") },
  ]);
  await expect(adas.getByRole("list", { name: "Files" }).getByText("10 bytes")).toBeVisible();
  await chat.write(adas, "As promised");
  await expect(
    chat.state(adas, "As promised", "sent").or(chat.state(adas, "As promised", "read")),
  ).toBeVisible();

  const image = chat.message(bobs, "As promised").getByRole("img", { name: "dot.png" });
  await expect(image).toBeVisible();
  expect(
    await image.evaluate((element: HTMLImageElement) => element.decode().then(() => element.naturalWidth)),
  ).toBe(1);
  const download = bobs.waitForEvent("download");
  await chat
    .message(bobs, "As promised")
    .getByRole("link", { name: /notes.txt/ })
    .click();
  expect(await readFile(await (await download).path(), "utf8")).toBe("Bring milk");

  const { files } = await ada.call<{ files: { file_id: string }[] }>("GET", "/v1/storage/files");
  for (const { file_id } of files) await ada.call("DELETE", `/v1/storage/files/${file_id}`);
  for (const page of [adas, bobs]) {
    const shared = chat.message(page, "As promised").getByRole("list", { name: "Files" });
    await expect(shared.getByText("This file was deleted.")).toHaveCount(2);
    await expect(shared.getByRole("link")).toHaveCount(0);
  }
});

test("files wait with the text that they go with while one looks elsewhere", async ({ person, open }) => {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const [{ id }] = await Promise.all([ada.writeTo(bob), ada.writeTo(cleo)]);
  const page = await open(ada, `/c/${id}`);
  const files = page.getByRole("list", { name: "Files" });
  await page.locator('input[type="file"]').setInputFiles([
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Bring milk") },
    { name: "nothing.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
  ]);
  await expect(files.getByText("This file is empty.")).toBeVisible();
  await files.getByRole("button", { name: "Remove nothing.txt" }).click();
  await chat.field(page).fill("As promised");

  await chat.row(page, "Cleo Okafor").click();
  await expect(chat.field(page)).toHaveValue("");
  await expect(files).toHaveCount(0);
  await page.getByRole("link", { name: "Rooms" }).click();
  await page.getByRole("heading", { name: "Rooms" }).waitFor();
  await page.getByRole("link", { name: "Chats" }).click();
  await chat.row(page, "Bob Marsh").click();
  await expect(files.getByText("10 bytes")).toBeVisible();
  await chat.field(page).press("Enter");
  await expect(page.getByRole("button", { name: "Remove notes.txt" })).toHaveCount(0);
  await expect(chat.message(page, "As promised").getByRole("link", { name: /notes.txt/ })).toBeVisible();
});

test("what is copied says so, and on a page over plain http is copied and attached all the same", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Remember this");
  await bob.say(id, "Forget that");
  const page = await open(ada, `/c/${id}`, { permissions: ["clipboard-read", "clipboard-write"] });
  const copy = async (text: string) => {
    await chat.pointAt(page, text);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Copy text" }).click();
  };
  const notice = page.locator("p").filter({ hasText: "Copied" });
  await copy("Remember this");
  await expect(notice).toBeVisible();
  await chat.pointAt(page, "Forget that");
  await expect(page.getByRole("toolbar")).toHaveCount(1);
  await expect(notice).toHaveCount(0);

  // What browsers leave out there.
  await page.evaluate(() => {
    Object.defineProperty(crypto, "randomUUID", { value: undefined });
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  await copy("Forget that");
  await expect(notice).toBeVisible();
  await chat.field(page).focus();
  await page.keyboard.press("Control+v");
  await expect(chat.field(page)).toHaveValue("Forget that");
  await page.locator('input[type="file"]').setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("Bring milk"),
  });
  await expect(page.getByRole("list", { name: "Files" }).getByText("10 bytes")).toBeVisible();
});

test("on a phone, a tap on a message shows what can be done with it, also in a thread", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  const root = await bob.say(id, "Who brings the ladder?");
  await bob.say(id, "And the paint?", { reply_to: root.message_id });
  const page = await open(ada, `/c/${id}`, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await chat.message(page, "Who brings").first().locator("[data-text]").tap();
  await expect(page.getByRole("toolbar")).toHaveCount(1);
  await chat.message(page, "And the paint?").locator("[data-text]").tap();
  await expect(page.getByRole("toolbar")).toHaveCount(1);
  await page.getByRole("toolbar").getByRole("button", { name: "Reply" }).tap();
  await expect(page.getByText("Replying to Bob Marsh")).toBeVisible();
  await expect(page.getByRole("toolbar")).toHaveCount(0);

  await page.goto(`${ada.url}/c/${id}?thread=${root.message_id}`);
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("And the paint?").tap();
  await thread.getByRole("button", { name: "Add reaction" }).tap();
  await page.getByRole("menuitem", { name: "React with 👍" }).tap();
  await expect(thread.getByRole("button", { name: /👍/ })).toBeVisible();
});

test("what fails without a place of its own is said over the page", async ({ person, open }) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob Marsh")]);
  const { id } = await ada.writeTo(bob);
  await bob.say(id, "Remember this");
  const page = await open(ada, `/c/${id}`);
  const error = { code: "FORBIDDEN", message: "Only moderators pin here", request_id: "1" };
  await page.route("**/v1/messages/*/pin", (route) =>
    route.fulfill({ status: 403, json: { success: false, error } }),
  );
  await chat.pointAt(page, "Remember this");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Pin" }).click();
  const alert = page.getByRole("alert").filter({ hasText: error.message });
  await expect(alert).toBeVisible();
  await alert.getByRole("button", { name: "Dismiss" }).click();
  await expect(alert).toHaveCount(0);
});
