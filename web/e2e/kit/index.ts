import { type Browser, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import { Person } from "./people.ts";
import { TestServer } from "./server.ts";
import { Wire } from "./wire.ts";

export { expect, type Page } from "@playwright/test";
export { Authenticator } from "./authenticator.ts";
export { Person, password } from "./people.ts";
export { TestServer } from "./server.ts";

interface Opened {
  page: Page;
  wire: Wire;
}

interface Parts {
  /** As `open`, with a hand on the network. */
  openWired(person: Person, path?: string): Promise<Opened>;
  /** A browser of its own with somebody signed in. It must say nothing on the console but what the network makes it say. */
  open(person: Person, path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** An empty page in a browser of its own. */
  pages(options?: BrowserContextOptions): Promise<Page>;
  /** A new person of the shared server. */
  person(name: string): Promise<Person>;
  /** A server of the test's own, since only its first person runs it. Name it before `pages`, which then close first. */
  ownServer: TestServer;
}

/** Tests share a server; each makes its own people. */
export const test = base.extend<Parts, { server: TestServer }>({
  server: [
    async ({ browserName: _ }, use) => {
      const server = await TestServer.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  ownServer: async ({ browserName: _ }, use) => {
    const server = await TestServer.start();
    await use(server);
    await server.stop();
  },
  person: async ({ server }, use) => {
    await use((name) => Person.register(server.url, name));
  },
  pages: async ({ browser }, use) => {
    const complaints: string[] = [];
    const pages: Page[] = [];
    await use(async (options) => {
      const page = await openPage(browser, complaints, options);
      pages.push(page);
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
    expect(complaints, "complaints of the pages").toEqual([]);
  },
  open: async ({ pages }, use) => {
    await use(async (person, path, options) => {
      const page = await pages(options);
      await person.signIn(page, path);
      return page;
    });
  },
  openWired: async ({ pages }, use) => {
    await use(async (person, path) => {
      const page = await pages();
      const wire = await Wire.tap(page.context());
      await person.signIn(page, path);
      return { page, wire };
    });
  },
});

/** A page in a context of its own, whose errors are gathered; a lost network is none. */
export async function openPage(
  browser: Browser,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { protocol, hostname, href } = new URL(request.url());
    // No request leaves the server's own origin.
    if (/^(http|ws)/.test(protocol) && !["127.0.0.1", "localhost"].includes(hostname))
      complaints.push(`asked ${href}`);
  });
  page.on("console", (message) => {
    const isNetwork = /net::ERR_|Failed to load resource|WebSocket connection/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isNetwork) complaints.push(message.text());
  });
  return page;
}

/** Opens the finder by its keys and waits until it takes letters: its script may still be on the way. */
export async function openFinder(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
}

/** What a conversation's page shows, in the words of a reader. */
export const chat = {
  field: (page: Page) => page.getByRole("main").getByRole("textbox"),
  write: async (page: Page, text: string) => {
    const field = page.getByRole("main").getByRole("textbox");
    await field.fill(text);
    await field.press("Enter");
  },
  messages: (page: Page) => page.getByRole("feed").getByRole("article"),
  message: (page: Page, text: string) =>
    page.getByRole("feed").getByRole("article").filter({ hasText: text }),
  /** Shows what can be done with a message. */
  pointAt: (page: Page, text: string) => chat.message(page, text).locator("[data-text]").hover(),
  state: (page: Page, text: string, state: string) =>
    page.getByRole("feed").getByRole("article").filter({ hasText: text }).locator(`[data-state="${state}"]`),
  /** The texts in sight, from above to below, each once for each row. */
  texts: (page: Page) =>
    page
      .getByRole("feed")
      .getByRole("article")
      .evaluateAll((rows) =>
        rows
          .toSorted(
            (one, other) => Number(one.getAttribute("data-index")) - Number(other.getAttribute("data-index")),
          )
          .map((row) => row.querySelector("[data-text]")?.textContent ?? ""),
      ),
  row: (page: Page, name: string) =>
    page.getByRole("region", { name: "Conversations" }).getByRole("link").filter({ hasText: name }),
};
