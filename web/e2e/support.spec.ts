import { violationsOf } from "./kit/axe.ts";
import { chat, expect, type Page, Person, TestServer, test } from "./kit/index.ts";

/** Of its own: the first person of a server runs it, and so answers customers. */
let server: TestServer;
let iris: Person;
let omar: Person;

test.beforeAll(async () => {
  server = await TestServer.start();
  iris = await Person.register(server.url, "Iris Falk");
  omar = await Person.register(server.url, "Omar Reyes");
  await iris.call("PUT", `/v1/admin/users/${omar.id}`, { agent: true });
});
test.afterAll(() => server.stop());

const customer = (name: string) => Person.register(server.url, name);
const ask = (person: Person, subject: string) =>
  person.call<{ id: string }>("POST", "/v1/support/conversations", { subject, message: "It does not work." });
const row = (page: Page, subject: string) =>
  page.getByRole("region", { name: "Support" }).getByRole("link").filter({ hasText: subject });
const header = (page: Page, subject: string) =>
  page.locator("header").filter({ has: page.getByRole("heading", { level: 1, name: subject }) });

test("a customer asks, an agent takes it and resolves it, and the customer's answer brings it back", async ({
  open,
}) => {
  const ann = await customer("Ann Weber");
  const desk = await open(iris, "/support");
  await expect(desk.getByRole("heading", { name: "Nobody waits" })).toBeVisible();
  const asking = await open(ann, "/support");
  await expect(asking.getByRole("heading", { name: "No questions yet" })).toBeVisible();
  await asking.getByRole("main").getByRole("button", { name: "Ask for help" }).last().click();
  await asking.getByLabel("What is it about?").fill("The key does not fit");
  await asking.getByLabel("Your question").fill("It turns, but nothing opens.");
  await asking.getByRole("button", { name: "Send" }).click();
  await expect(header(asking, "The key does not fit")).toContainText("Open");

  await expect(desk.getByText("A customer waits for an agent", { exact: true })).toBeVisible();
  await expect(desk.getByRole("navigation", { name: "Places" })).toContainText("1 customer waits");
  await row(desk, "The key does not fit").click();
  await expect(desk.getByText("A customer waits for an agent", { exact: true })).toBeHidden();
  await expect(chat.message(desk, "It turns, but nothing opens.")).toBeVisible();
  await desk.getByRole("button", { name: "Take", exact: true }).click();
  await expect(header(desk, "The key does not fit")).toContainText("with you");
  await chat.write(desk, "Try the other side.");
  await expect(chat.message(asking, "Try the other side.")).toBeVisible();
  await expect(header(asking, "The key does not fit")).toContainText("Iris Falk answers you");

  await desk.getByRole("button", { name: "Resolve" }).click();
  await expect(header(asking, "The key does not fit")).toContainText("Resolved. Write again to reopen it.");
  await chat.write(asking, "It fits now, but it squeaks.");
  await expect(header(desk, "The key does not fit")).toContainText("Assigned");
  await expect(chat.message(desk, "It fits now, but it squeaks.")).toBeVisible();

  await desk.getByRole("button", { name: "More actions" }).click();
  await desk.getByRole("menuitem", { name: "Close" }).click();
  await expect(asking.getByText("This conversation is closed.")).toBeVisible();
  await expect(chat.field(asking)).toBeHidden();
  await desk.getByRole("button", { name: "Reopen" }).click();
  await expect(chat.field(asking)).toBeVisible();
});

test("of two agents who take one at once, the loser is told who has it", async ({ open }) => {
  const { id } = await ask(await customer("Ben Okoro"), "Two at once");
  const [first, second] = await Promise.all([open(iris, `/support/${id}`), open(omar, `/support/${id}`)]);
  // The second one's click is on its way while the first one's arrives.
  await second.route("**/assign", async (route) => {
    await first.getByRole("button", { name: "Take", exact: true }).click();
    await expect(header(first, "Two at once")).toContainText("with you");
    await route.continue();
  });
  await second.getByRole("button", { name: "Take", exact: true }).click();
  await expect(second.getByRole("alert")).toHaveText("Iris Falk has taken this conversation.");
  await expect(header(second, "Two at once")).toContainText("with Iris Falk");
});

test("an agent reads along before taking it, hands it over, and the other is told", async ({ open }) => {
  const ann = await customer("Cleo Brandt");
  const { id } = await ask(ann, "Who is next");
  const desk = await open(iris, `/support/${id}`);
  await expect(chat.message(desk, "It does not work.")).toBeVisible();
  await ann.say(id, "Still not.");
  await expect(chat.message(desk, "Still not.")).toBeVisible();
  const other = await open(omar, "/");
  await desk.getByRole("button", { name: "More actions" }).click();
  await desk.getByRole("menuitem", { name: "Assign to…" }).click();
  await desk.getByRole("dialog").getByRole("button", { name: "Omar Reyes" }).click();
  await expect(header(desk, "Who is next")).toContainText("with Omar Reyes");
  await expect(other.getByText("A conversation was handed to you")).toBeVisible();
  await other.getByRole("status").getByRole("link", { name: "Open" }).click();
  await expect(header(other, "Who is next")).toContainText("with you");
  await other.getByRole("link", { name: "Mine" }).click();
  await expect(row(other, "Who is next")).toBeVisible();
});

test("an agent sees that somebody waits, wherever the app opens and whenever they began to", async ({
  open,
  pages,
}) => {
  const ann = await customer("Ann Weber");
  await ask(ann, "The hinge is stiff");
  const places = (page: Page) => page.getByRole("navigation", { name: "Places" });
  const page = await open(omar, "/settings/profile");
  await expect(places(page)).toContainText(/customers? waits?/);
  const asking = await pages();
  const answered = asking.waitForResponse((answer) => answer.url().includes("conversations?status=open"));
  await ann.signIn(asking);
  await answered;
  await expect(places(asking)).not.toContainText(/customers? waits?/);
});

test("how long a customer waits goes on while one looks", async ({ pages }) => {
  const ann = await customer("Ann Weber");
  await ask(ann, "The tap drips");
  const page = await pages();
  await page.clock.install();
  await iris.signIn(page, "/support");
  await expect(row(page, "The tap drips")).toContainText("just now");
  await page.clock.fastForward("12:00");
  await expect(row(page, "The tap drips")).toContainText(/1\d min\. ago/);
});

test("a double click takes a conversation and does nothing more", async ({ open }) => {
  const ann = await customer("Ann Weber");
  const { id } = await ask(ann, "The bell is mute");
  const page = await open(iris, `/support/${id}`);
  await page.getByRole("button", { name: "Take", exact: true }).click({ clickCount: 2, delay: 0 });
  await expect(header(page, "The bell is mute")).toContainText("with you");
  const standing = () => iris.call<{ status: string }>("GET", `/v1/support/conversations/${id}`);
  expect((await standing()).status).toBe("assigned");
  // As it is when the server answers between the two clicks.
  await page.getByRole("button", { name: "Resolve" }).dispatchEvent("click", { detail: 2 });
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(header(page, "The bell is mute")).toContainText("Resolved");
  const said = (await iris.history(id)).filter(({ content }) => content.includes("resolved"));
  expect(said).toHaveLength(1);
});

test("what an agent does without a network fails at once, and is not done later by itself", async ({
  open,
}) => {
  const ann = await customer("Ann Weber");
  const { id } = await ask(ann, "The lamp is dark");
  const page = await open(iris, `/support/${id}`);
  const take = page.getByRole("button", { name: "Take", exact: true });
  await take.waitFor();
  await page.context().setOffline(true);
  await take.click();
  await expect(page.getByRole("alert").filter({ hasText: "The server cannot be reached." })).toBeVisible();
  await expect(take).toBeEnabled();
  await page.context().setOffline(false);
  await take.click();
  await expect(header(page, "The lamp is dark")).toContainText("with you");
  const joined = (await iris.history(id)).filter(({ content }) => content.includes("joined"));
  expect(joined).toHaveLength(1);
});

test("the lists move as conversations do, and who waits longest is first", async ({ open }) => {
  const ann = await customer("Dora Lind");
  const subjects = ["First in line", "Second in line"];
  for (const subject of subjects) await ask(ann, subject);
  const desk = await open(omar, "/support");
  await expect(row(desk, "in line")).toContainText(["First in line", "Second in line"]);
  const { conversations } = await iris.call<{ conversations: { id: string; subject: string }[] }>(
    "GET",
    "/v1/support/conversations?status=open&sort=oldest",
  );
  const first = conversations.find(({ subject }) => subject === "First in line")?.id;
  await iris.call("POST", `/v1/support/conversations/${first}/assign`);
  await expect(row(desk, "in line")).toContainText(["Second in line"]);
  await iris.call("POST", `/v1/support/conversations/${first}/resolve`);
  await desk.getByRole("link", { name: "Resolved", exact: true }).click();
  await expect(row(desk, "First in line")).toContainText("Resolved");
});

test("another customer's conversation is nothing to see", async ({ open }) => {
  const { id } = await ask(await customer("Emil Sand"), "Private");
  const stranger = await open(await customer("Fay Moss"), `/support/${id}`);
  await expect(stranger.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await expect(stranger.getByRole("heading", { name: "No questions yet" })).toBeVisible();
});

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`axe finds nothing wrong at the desk, light and dark, ${viewport.width} px`, async ({ open }) => {
    test.setTimeout(90_000);
    const ann = await customer("Gina Park");
    const { id } = await ask(ann, `Desk ${viewport.width}`);
    const desk = await open(iris, "/support", { viewport, reducedMotion: "reduce" });
    const faults: string[] = [];
    const check = async (name: string) => {
      faults.push(...(await violationsOf(desk)).map((fault) => `${name}: ${fault}`));
    };
    await row(desk, `Desk ${viewport.width}`).waitFor();
    await ask(ann, "A notice");
    await expect(desk.getByText("A customer waits for an agent", { exact: true })).toBeVisible();
    await check("the list");
    await row(desk, `Desk ${viewport.width}`).click();
    await chat.message(desk, "It does not work.").waitFor();
    await check("a conversation");
    await desk.getByRole("button", { name: "More actions" }).click();
    await desk.getByRole("menuitem", { name: "Assign to…" }).click();
    await desk.getByRole("dialog").getByRole("button", { name: "Omar Reyes" }).waitFor();
    await check("handing over");
    await desk.keyboard.press("Escape");
    await iris.call("POST", `/v1/support/conversations/${id}/close`);
    await desk.getByText("This conversation is closed.").waitFor();
    await check("a closed one");
    expect(faults).toEqual([]);
  });
}
