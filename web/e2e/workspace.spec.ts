import { test as base, expect as expectSoon, type Page, Person, TestServer } from "./kit/index.ts";
import { TestModel } from "./kit/model.ts";

/** A server with a model behind it, whose answers the test gives word by word. */
const test = base.extend<{ ada: Person }, { model: TestModel; aiServer: TestServer }>({
  model: [
    async ({ browserName: _ }, use) => {
      const model = await TestModel.start();
      await use(model);
      await model.stop();
    },
    { scope: "worker" },
  ],
  aiServer: [
    async ({ model }, use) => {
      const server = await TestServer.start(model.env);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  ada: async ({ aiServer }, use) => {
    await use(await Person.register(aiServer.url, "Ada Lovelace"));
  },
});

/** A busy machine opens several browsers slowly. */
const expect = expectSoon.configure({ timeout: 30_000 });
test.beforeEach(() => test.setTimeout(120_000));

const question = (page: Page) => page.getByRole("textbox", { name: "Question" });
const answers = (page: Page) => page.getByRole("article", { name: "small-model said" });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const ask = async (page: Page, text: string) => {
  await question(page).fill(text);
  await question(page).press("Enter");
};

test("an answer comes word by word to two tabs, and goes on after a reload", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  await ask(page, "How do I split the auth module?");
  const asked = await model.next();
  expect(asked.messages.at(-1)?.content).toBe("How do I split the auth module?");
  await expect(page).toHaveURL(/\/workspace\/c\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "How do I split the auth module?" })).toBeVisible();
  asked.say("In **two** ");
  await expect(answers(page)).toContainText("In two");
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(answers(second)).toContainText("In two");
  asked.say("parts: tokens ");
  for (const tab of [page, second]) await expect(answers(tab)).toContainText("In two parts: tokens");
  await page.reload();
  await expect(answers(page)).toContainText("In two parts: tokens");
  asked.say("and sign-in.\n```ts\nconst a = 1;\n```");
  for (const tab of [page, second]) await expect(answers(tab)).toContainText("and sign-in.");
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  asked.end();
  for (const tab of [page, second]) {
    await expect(tab.getByRole("button", { name: "Stop" })).toBeHidden();
    await expect(tab.getByRole("figure").locator("code")).toHaveText("const a = 1;");
    await expect(answers(tab)).toHaveCount(1);
    await expect(tab.getByRole("feed").getByRole("article")).toHaveCount(2);
  }
  await expect(page.getByRole("link", { name: /How do I split/ })).toBeVisible();
});

test("a second device hears the whole of an answer that began without it", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  await ask(page, "Count");
  const asked = await model.next();
  asked.say("one ");
  await expect(answers(page)).toContainText("one");
  const device = await open(ada, new URL(page.url()).pathname);
  await expect(answers(device)).toContainText("one");
  asked.say("two ");
  await page.close();
  asked.say("three");
  asked.end();
  await expect(answers(device)).toContainText("one two three");
  await expect(device.getByRole("button", { name: "Stop" })).toBeHidden();
});

test("words that come while their conversation is being read are shown", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  let letThrough: () => void = () => undefined;
  const isLetThrough = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route(/\/messages\?offset/, async (route) => {
    const response = await route.fetch();
    await isLetThrough;
    await route.fulfill({ response });
  });
  await ask(page, "Tell me a story");
  const asked = await model.next();
  await page.waitForURL(/\/workspace\/.+/);
  const device = await open(ada, new URL(page.url()).pathname);
  await expect(device.getByText("Thinking…")).toBeVisible();
  asked.say("Once upon a time");
  await expect(answers(device)).toContainText("Once upon a time");
  letThrough();
  await expect(answers(page)).toContainText("Once upon a time");
  asked.end();
});

test("an answer is stopped, and tried again from where it was asked", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  await ask(page, "Tell me a story");
  const asked = await model.next();
  asked.say("Once upon a time");
  await expect(answers(page)).toContainText("Once upon a time");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("Stopped.")).toBeVisible();
  await expect.poll(() => asked.isOpen).toBe(false);
  await page.getByRole("button", { name: "Try again" }).click();
  const again = await model.next();
  expect(again.messages.map(({ content }) => content)).toEqual(["Tell me a story"]);
  again.say("There was a queen.");
  again.breakOff();
  await expect(page.getByText("Interrupted.")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  const last = await model.next();
  last.say("The end.");
  last.end();
  await expect(answers(page).last()).toContainText("The end.");
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(page.getByRole("feed").getByRole("article", { name: "You said" })).toHaveCount(1);
});

test("a refusal is told in words and tried again; a question that did not get through is kept and sent once", async ({
  ada,
  openWired,
  model,
}) => {
  const { page, wire } = await openWired(ada, "/workspace");
  await ask(page, "Are you there?");
  (await model.next()).refuse();
  await expect(page.getByText(/The AI provider answered 400/)).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  const asked = await model.next();
  asked.say("I am.");
  asked.end();
  await expect(answers(page)).toContainText("I am.");
  await wire.cut();
  await ask(page, "And now?");
  await expect(page.getByText(/Couldn't send/)).toBeVisible();
  await wire.mend();
  await page.getByRole("button", { name: "Try again" }).click();
  const again = await model.next();
  again.say("Still here.");
  again.end();
  await expect(answers(page).last()).toContainText("Still here.");
  await expect(page.getByRole("article", { name: "You said" })).toHaveCount(2);
});

test("the model is picked, the meter tells how full its memory is", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  await page.getByLabel("Model", { exact: true }).selectOption("large-model");
  await ask(page, "Who are you?");
  const asked = await model.next();
  expect(asked.model).toBe("large-model");
  asked.say("A large one.");
  asked.end();
  await expect(page.getByRole("article", { name: "large-model said" })).toContainText("A large one.");
  await expect(page.getByText(/^\d+ of 131,072 tokens$/).last()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Model", { exact: true })).toHaveValue("large-model");
});

test("a conversation is renamed, tagged, archived and deleted", async ({ ada, open, model }) => {
  const page = await open(ada, "/workspace");
  await ask(page, "A question");
  const asked = await model.next();
  asked.say("An answer");
  asked.end();
  await expect(answers(page)).toContainText("An answer");
  const menu = page.getByRole("button", { name: "Conversation actions" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Title and tags" }).click();
  await field(page, "Name").fill("Plans");
  await field(page, "Tags").fill("api, rust");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: /Plans.*api, rust/ })).toBeVisible();
  await menu.click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await expect(page.getByRole("link", { name: /Plans/ })).toBeHidden();
  await page.getByRole("button", { name: "Archived conversations" }).click();
  await expect(page.getByRole("link", { name: /Plans/ })).toBeVisible();
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/workspace$/);
  await expect(page.getByRole("link", { name: /Plans/ })).toBeHidden();
});

test("without a provider the page says what to set, and there is no field to ask in vain", async ({
  person,
  open,
}) => {
  const page = await open(await person("Bob Marsh"), "/workspace");
  await expect(page.getByText(/AI_BASE_URL/).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "No AI provider yet" })).toBeVisible();
  await expect(question(page)).toHaveCount(0);
});

test("a session is made, tagged, forked into a tree, found by tag and deleted", async ({ ada, open }) => {
  const page = await open(ada, "/workspace/sessions");
  await page.getByRole("button", { name: "New session" }).first().click();
  await field(page, "Name").fill("Backend");
  await field(page, "Folder").fill("/projects/api");
  await field(page, "Tags").fill("rust, api");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Backend" })).toBeVisible();
  await page.getByRole("button", { name: "Fork" }).click();
  await field(page, "Name").fill("Backend, bolder");
  await page.getByRole("dialog").getByRole("button", { name: "Fork" }).click();
  await expect(page.getByRole("heading", { name: "Backend, bolder" })).toBeVisible();
  await expect(page.getByText("Forked from")).toBeVisible();
  const list = page.getByRole("region", { name: "Sessions" });
  await expect(list.getByRole("listitem").filter({ hasText: "Backend" }).getByRole("listitem")).toContainText(
    "Backend, bolder",
  );
  await page.getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Name and tags" }).click();
  await field(page, "Tags").fill("rust, bold");
  await page.getByRole("button", { name: "Save" }).click();
  await list.getByRole("button", { name: "rust" }).click();
  await list.getByRole("button", { name: "bold" }).click();
  await expect(list.getByRole("link").first()).toContainText("Backend, bolder");
  await expect(list.getByRole("link").first()).toContainText("100 %");
  await expect(list.getByRole("link").last()).toContainText("50 %");
  await page.getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(list.getByRole("link")).toHaveCount(1);
});

test("a setting shows at once in another tab and on another device", async ({ ada, open }) => {
  const page = await open(ada, "/workspace/settings/editor");
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  const device = await open(ada, "/workspace/settings/editor");
  for (const each of [page, tab, device])
    await expect(each.getByRole("switch", { name: "Line numbers" })).not.toBeChecked();
  await page.getByRole("switch", { name: "Line numbers" }).click();
  await expect(page.getByRole("switch", { name: "Line numbers" })).toBeChecked();
  await page.getByLabel("Font size").fill("14");
  await page.getByLabel("Font size").press("Enter");
  await page.getByLabel("Theme").selectOption("dark");
  for (const each of [tab, device]) {
    await expect(each.getByRole("switch", { name: "Line numbers" })).toBeChecked();
    await expect(each.getByLabel("Font size")).toHaveValue("14");
    await expect(each.getByLabel("Theme")).toHaveValue("dark");
  }
  await device.getByLabel("Another key").fill("rulers");
  await device.getByLabel("Value").fill("[80, 110]");
  await device.getByRole("button", { name: "Add" }).click();
  await expect(page.getByText("[80,110]")).toBeVisible();
  await page.getByRole("button", { name: "Delete rulers" }).click();
  await expect(device.getByText("[80,110]")).toBeHidden();
});
