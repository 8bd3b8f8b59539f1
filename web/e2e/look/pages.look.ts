import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { chat, openPage, type Page, password, TestServer, test } from "../kit/index.ts";
import { TestModel } from "../kit/model.ts";
import { type Stage, setStage } from "./stage.ts";

const folder = resolve(import.meta.dirname, "../../look");

const variants = {
  "desktop-light": { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  "desktop-dark": { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  "phone-light": { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
  "phone-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true },
  "phone-rtl": { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
} as const;

let model: TestModel;
let server: TestServer;
let stage: Stage;

test.beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  model = await TestModel.start();
  server = await TestServer.start(model.env);
  stage = await setStage(server.url);
});
test.afterAll(async () => {
  await server.stop();
  await model.stop();
});

for (const [variant, options] of Object.entries(variants)) {
  test(`screenshots of every page: ${variant}`, async ({ browser }) => {
    const page = await openPage(browser, [], options);
    if (variant.endsWith("rtl"))
      // The built styles ask for the language, too.
      await page.addInitScript(() => {
        document.addEventListener("DOMContentLoaded", () => {
          document.documentElement.lang = "ar";
          document.documentElement.dir = "rtl";
        });
      });
    const shoot = async (name: string, shown = page) => {
      await shown.waitForTimeout(600);
      await shown.screenshot({ path: resolve(folder, `${name}-${variant}.png`), animations: "disabled" });
    };
    for (const name of ["login", "register"]) {
      await page.goto(`${server.url}/${name}`);
      await shoot(name);
    }
    await page.goto(`${server.url}/login`);
    await page.getByLabel("E-mail or username").fill(stage.farid.username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Code", { exact: true }).fill("402 117");
    await shoot("login-code");
    await stage.ada.signIn(page);
    await chat.row(page, "Launch week").waitFor();
    await shoot("chats");
    for (const [name, path] of Object.entries(paths(stage))) {
      await page.goto(server.url + path);
      await shoot(name);
    }
    await overlays(page, shoot);
    await page.context().close();
    const customer = await openPage(browser, [], options);
    await stage.eva.signIn(customer, "/support");
    await shoot("support", customer);
    await customer.goto(`${server.url}/support/${stage.support}`);
    await shoot("support-conversation", customer);
    await customer.goto(`${server.url}/new/support`);
    await shoot("support-new", customer);
    await customer.context().close();
  });
}

function paths({ group, direct, support, workspace, room, thread }: Stage): Record<string, string> {
  return {
    direct: `/c/${direct}`,
    group: `/c/${group}`,
    details: `/c/${group}?panel=details`,
    room: `/c/${room}`,
    thread: `/c/${room}?thread=${thread}`,
    moderation: `/c/${room}?panel=room`,
    search: "/search?q=ladder",
    missing: "/c/01890000-0000-7000-8000-000000000000",
    "new-direct": "/new/direct",
    "new-group": "/new/group",
    rooms: "/rooms",
    threads: "/threads",
    workspace: "/workspace",
    "workspace-conversation": `/workspace/c/${workspace.conversation}`,
    "workspace-sessions": "/workspace/sessions",
    "workspace-tags": "/workspace/sessions?tags=api,auth",
    "workspace-session": `/workspace/sessions/${workspace.session}`,
    "workspace-settings": "/workspace/settings/editor",
    desk: "/support",
    "desk-conversation": `/support/${support}?show=all`,
    profile: "/settings/profile",
    appearance: "/settings/appearance",
    security: "/settings/security",
    sessions: "/settings/sessions",
    privacy: "/settings/privacy",
    "api-keys": "/settings/api-keys",
    account: "/settings/account",
    notifications: "/settings/notifications",
    organization: "/settings/organization",
    members: "/settings/members",
    invitations: "/settings/invitations",
    activity: "/notifications",
    "admin-overview": "/admin/overview",
    "admin-users": "/admin/users",
    "admin-organizations": "/admin/organizations",
    "admin-mail": "/admin/mail",
    "admin-audit": "/admin/audit",
  };
}

async function overlays(page: Page, shoot: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`${server.url}/c/${stage.group}`);
  await chat.field(page).pressSequentially("Well done :par");
  await shoot("emoji");
  await chat.field(page).fill("");
  await chat.pointAt(page, "No hurry");
  await shoot("message-actions");
  await page.keyboard.press("Control+k");
  await shoot("palette");
  await page.keyboard.press("Escape");
  await page
    .getByRole("button", { name: /details/ })
    .first()
    .focus();
  await page.keyboard.press("?");
  await shoot("shortcuts");
}
