import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chat, expect, type Page, type Person, test } from "./kit/index.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds wrong, one line each. */
async function violationsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}

/** A person with enough around them for every page to have something on it. */
async function settle(person: (name: string) => Promise<Person>): Promise<{ ada: Person; group: string }> {
  const [ada, bob, cleo] = await Promise.all([
    person("Ada Lovelace"),
    person("Bob Marsh"),
    person("Cleo Okafor"),
  ]);
  const { id } = await ada.group("Launch week", [bob, cleo]);
  const first = await bob.say(id, "See https://example.com, **now**: `npm start`\n> quoted\n```\ncode\n```");
  await ada.say(id, "On it", { reply_to: first.message_id });
  const gone = await cleo.say(id, "Not for everybody");
  await cleo.call("DELETE", `/v1/messages/${gone.message_id}`);
  await ada.writeTo(bob);
  const direct = await ada.writeTo(cleo);
  await cleo.say(direct.id, "Do you have a minute?");
  return { ada, group: id };
}

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing wrong on any page, ${colorScheme}, ${size}`, async ({ person, pages }) => {
      test.setTimeout(90_000);
      const { ada, group } = await settle(person);
      const page = await pages({ viewport, colorScheme, reducedMotion: "reduce" });
      const faults: string[] = [];
      const check = async (name: string) => {
        faults.push(...(await violationsOf(page)).map((fault) => `${name}: ${fault}`));
      };
      for (const path of ["/login", "/register"]) {
        await page.goto(ada.url + path);
        await page.getByRole("button", { name: path === "/login" ? "Sign in" : "Create account" }).waitFor();
        await check(path);
      }
      await ada.signIn(page);
      await chat.row(page, "Launch week").waitFor();
      await check("/");
      for (const [path, shown] of Object.entries(pagesOf(group))) {
        await page.goto(ada.url + path);
        await page.getByRole(shown.role, { name: shown.name }).first().waitFor();
        await check(path);
      }
      await page.goto(`${ada.url}/c/${group}`);
      await chat.pointAt(page, "On it");
      await page.getByRole("button", { name: "More" }).first().click();
      await check("a message's menu");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
      await check("palette");
      expect(faults).toEqual([]);
    });
  }
}

function pagesOf(
  group: string,
): Record<string, { role: "heading" | "article" | "button" | "radio" | "searchbox"; name: string | RegExp }> {
  return {
    [`/c/${group}`]: { role: "article", name: "" },
    [`/c/${group}?panel=details`]: { role: "heading", name: "3 participants" },
    "/c/01890000-0000-7000-8000-000000000000": { role: "heading", name: "Nothing here" },
    "/new/direct": { role: "button", name: /Bob Marsh/ },
    "/new/group": { role: "searchbox", name: "Find people by name" },
    "/rooms": { role: "heading", name: "Rooms" },
    "/settings/profile": { role: "heading", name: "Profile" },
    "/settings/appearance": { role: "radio", name: "Dark" },
    "/settings/sessions": { role: "heading", name: "Sessions" },
    "/settings/security": { role: "heading", name: "Change password" },
    "/settings/privacy": { role: "heading", name: "Blocked people" },
    "/settings/api-keys": { role: "heading", name: "No keys yet" },
    "/settings/account": { role: "heading", name: "Delete account" },
  };
}

test("at 320 px, at 200 % and from right to left nothing is cut off", async ({ person, pages }) => {
  test.setTimeout(90_000);
  const { ada, group } = await settle(person);
  const page = await pages({ viewport: { width: 320, height: 640 } });
  await ada.signIn(page, `/c/${group}?panel=details`);
  for (const direction of ["ltr", "rtl"] as const) {
    for (const [path, shown] of Object.entries(pagesOf(group))) {
      await page.goto(ada.url + path);
      await page.getByRole(shown.role, { name: shown.name }).first().waitFor({ state: "attached" });
      await page.evaluate((dir) => {
        document.documentElement.dir = dir;
        document.documentElement.style.fontSize = "200%";
      }, direction);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ path, direction, over }).toEqual({ path, direction, over: 0 });
    }
  }
});
