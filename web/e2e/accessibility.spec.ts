import { violationsOf } from "./kit/axe.ts";
import { chat, expect, type Person, test } from "./kit/index.ts";
import { fillWorkspace, type Workspace } from "./kit/workspace.ts";

const sizes = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

interface Settled {
  ada: Person;
  group: string;
  support: string;
  workspace: Workspace;
  room: string;
  thread: string;
}

/** A person with enough around them for every page to have something on it. */
async function settle(person: (name: string) => Promise<Person>): Promise<Settled> {
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
  const question = { subject: "The invoice", message: "Where do I find it?" };
  const support = await ada.call<{ id: string }>("POST", "/v1/support/conversations", question);
  const room = await ada.call<{ id: string }>("POST", "/v1/rooms", {
    name: "Harbour",
    slow_mode_seconds: 30,
    user_ids: [bob.id, cleo.id],
  });
  const root = await ada.say(room.id, "Who brings the ladder?");
  const advert = await bob.say(room.id, "Cheap ladders!", { reply_to: root.message_id });
  await cleo.call("POST", `/v1/messages/${advert.message_id}/report`, { reason: "An advert" });
  return {
    ada,
    group: id,
    support: support.id,
    room: room.id,
    thread: root.message_id,
    workspace: await fillWorkspace(ada),
  };
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`axe finds nothing wrong on any page, light and dark, ${size}`, async ({ person, pages }) => {
    test.setTimeout(300_000);
    const { ada, ...known } = await settle(person);
    const { group } = known;
    const page = await pages({ viewport, reducedMotion: "reduce" });
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
    for (const [path, shown] of Object.entries(pagesOf(known))) {
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

function pagesOf({
  group,
  support,
  workspace,
  room,
  thread,
}: Omit<Settled, "ada">): Record<
  string,
  { role: "heading" | "article" | "button" | "radio" | "region" | "searchbox"; name: string | RegExp }
> {
  return {
    [`/c/${group}`]: { role: "article", name: "" },
    [`/c/${group}?panel=details`]: { role: "heading", name: "3 participants" },
    [`/c/${room}?thread=${thread}`]: { role: "button", name: "Stop following" },
    [`/c/${room}?panel=room`]: { role: "button", name: "Delete message" },
    "/search?q=ladder": { role: "heading", name: "Search messages" },
    "/c/01890000-0000-7000-8000-000000000000": { role: "heading", name: "Nothing here" },
    "/new/direct": { role: "button", name: /Bob Marsh/ },
    "/new/group": { role: "searchbox", name: "Find people by name" },
    "/workspace": { role: "heading", name: "Workspace" },
    "/workspace/c/new": { role: "heading", name: "No AI provider yet" },
    [`/workspace/c/${workspace.conversation}`]: { role: "heading", name: "What to do first" },
    "/workspace/sessions?tags=api": { role: "button", name: "api" },
    [`/workspace/sessions/${workspace.session}`]: { role: "heading", name: "Related" },
    "/workspace/settings/editor": { role: "heading", name: "Editor" },
    "/threads": { role: "heading", name: "Threads" },
    "/rooms": { role: "heading", name: "Rooms" },
    "/support": { role: "button", name: "Ask for help" },
    "/new/support": { role: "button", name: "Send" },
    [`/support/${support}`]: { role: "article", name: "" },
    "/settings/profile": { role: "heading", name: "Profile" },
    "/settings/appearance": { role: "radio", name: "Dark" },
    "/settings/sessions": { role: "heading", name: "Sessions" },
    "/settings/security": { role: "heading", name: "Change password" },
    "/settings/privacy": { role: "heading", name: "Blocked people" },
    "/settings/api-keys": { role: "heading", name: "No keys yet" },
    "/settings/notifications": { role: "heading", name: "Notifications" },
    "/settings/organization": { role: "region", name: "Organization" },
    "/settings/members": { role: "heading", name: "Members" },
    "/notifications": { role: "heading", name: "Activity" },
    "/settings/account": { role: "heading", name: "Delete account" },
  };
}

test("at 320 px, at 200 % and from right to left nothing is cut off", async ({ person, pages }) => {
  test.setTimeout(180_000);
  const { ada, ...known } = await settle(person);
  const { group } = known;
  const page = await pages({ viewport: { width: 320, height: 640 } });
  await ada.signIn(page, `/c/${group}?panel=details`);
  for (const [path, shown] of Object.entries(pagesOf(known))) {
    await page.goto(ada.url + path);
    await page.getByRole(shown.role, { name: shown.name }).first().waitFor({ state: "attached" });
    for (const direction of ["ltr", "rtl"] as const) {
      await page.evaluate((dir) => {
        document.documentElement.dir = dir;
        document.documentElement.style.fontSize = "200%";
      }, direction);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ path, direction, over }).toEqual({ path, direction, over: 0 });
    }
  }
});
