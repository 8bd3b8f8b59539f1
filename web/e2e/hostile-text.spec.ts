import type { Locator } from "@playwright/test";
import { chat, expect, type Page, test } from "./kit/index.ts";

/** Each would run a script or load something, were it ever more than text. */
const hostile = [
  "<script>window.ran = 1</script>",
  '<img src=x onerror="window.ran = 2">',
  '<svg onload=window.ran=3><a xlink:href="javascript:window.ran=3"><text>x</text></a></svg>',
  '<iframe srcdoc="<script>parent.ran = 4</script>"></iframe><object data="javascript:1"></object>',
  "[click](javascript:window.ran=5) ![picture](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
  "javascript:window.ran=6 data:text/html,<script>window.ran=6</script> vbscript:x file:///etc/passwd",
  'https://example.com/"onmouseover="window.ran=7 https://example.com/\'><script>window.ran=7</script>',
  "**<b onclick=window.ran=8>bold</b>** ~~<u>u</u>~~ `<i>code</i>` *_**<s>nested</s>**_*",
  '```html\n<script>window.ran = 9</script>\n```\n> <form action="javascript:window.ran=9"><button>Go</button></form>',
  '<style>body { display: none }</style><base href="https://example.org/"><meta http-equiv=refresh content=0>',
  "&lt;script&gt;window.ran=10&lt;/script&gt; &#x3C;img src=x onerror=window.ran=10&#x3E;",
  "\u202ehttps://example.com/\u202c \u0000".slice(0, -1),
];

/** What a message may become. */
const harmless = ["A", "BLOCKQUOTE", "CODE", "DIV", "EM", "P", "PRE", "S", "SPAN", "STRONG"];

/** Further what a model's Markdown may become, and the buttons of its code. */
const inAnswers = [
  ...["BUTTON", "FIGCAPTION", "FIGURE", "H2", "H3", "HR", "LI", "OL", "UL"],
  ...["TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "path", "rect", "svg"],
];

interface Found {
  text: string;
  tags: string[];
  /** Attributes that could run or load something, and where links lead. */
  attributes: string[];
  links: string[];
}

/** What the browser made of a message. */
function lookAt(shown: Locator): Promise<Found> {
  return shown.evaluate((element) => {
    const inside = [...element.querySelectorAll("*")];
    const risky = /^(on|src|style|action|formaction|srcdoc|data$|xlink:|background|poster)/i;
    return {
      text: element.textContent ?? "",
      tags: [...new Set(inside.map(({ tagName }) => tagName))],
      attributes: inside.flatMap(({ attributes }) =>
        [...attributes].filter(({ name }) => risky.test(name)).map(({ name }) => name),
      ),
      links: inside.flatMap((each) => (each instanceof HTMLAnchorElement ? [each.protocol + each.rel] : [])),
    };
  });
}

function expectHarmless(found: Found, allowed: readonly string[]): void {
  expect(
    found.tags.filter((tag) => !allowed.includes(tag)),
    found.text,
  ).toEqual([]);
  expect(found.attributes, found.text).toEqual([]);
  for (const link of found.links) expect(link).toBe("https:noopener noreferrer nofollow");
}

const ranIn = (page: Page) => page.evaluate(() => (window as { ran?: number }).ran ?? null);

/** As it was written, but for the signs of its formatting. */
const lettersOf = (text: string) => text.replace(/[\s*_~`>]|^```html/g, "");

test("markup in a message is shown as text wherever the message is shown: nothing of it is made or run", async ({
  person,
  open,
}) => {
  const [ada, bob] = await Promise.all([person("Ada Lovelace"), person("Bob <img src=x>")]);
  const { id } = await ada.group("<img src=x onerror=window.ran=11> group", [bob]);
  for (const text of hostile) await bob.say(id, text);
  const page = await open(ada, `/c/${id}`);
  const shown = page.getByRole("feed").locator("[data-text]");
  await expect(shown).toHaveCount(hostile.length);
  const found = await Promise.all((await shown.all()).map(lookAt));
  for (const [place, text] of hostile.entries()) {
    const each = found[place];
    if (each === undefined) throw new Error(`not shown: ${text}`);
    expectHarmless(each, harmless);
    expect(lettersOf(each.text)).toBe(lettersOf(text.replace("```html", "")));
  }
  expect(found.flatMap(({ links }) => links)).toHaveLength(4);
  await expect(
    page.getByRole("heading", { level: 1, name: "<img src=x onerror=window.ran=11> group" }),
  ).toBeVisible();
  await expect(chat.row(page, "group").locator("script, iframe, [onerror], [src=x]")).toHaveCount(0);

  const root = await bob.say(id, hostile[1] ?? "");
  await bob.say(id, hostile[7] ?? "", { reply_to: root.message_id });
  await page.goto(`${ada.url}/c/${id}?thread=${root.message_id}`);
  const inThread = page.getByRole("complementary", { name: "Thread" }).locator("[data-text]");
  await expect(inThread).toHaveCount(2);
  for (const each of await inThread.all()) expectHarmless(await lookAt(each), harmless);
  await page.goto(`${ada.url}/search?q=window`);
  await expect(page.getByRole("list", { name: "Results" }).getByRole("listitem").first()).toBeVisible();
  await page.goto(`${ada.url}/threads`);
  expect(
    await page.locator("main :is(script, iframe, object, form, base, [onerror], [onload], [src=x])").count(),
  ).toBe(0);
  expect(await ranIn(page)).toBeNull();
});

test("markup in what a model said is text too: of Markdown there is only what makes no link but to a page", async ({
  person,
  open,
}) => {
  const ada = await person("Ada Lovelace");
  const { conversation_id: id } = await ada.call<{ conversation_id: string }>(
    "POST",
    "/api/v5/conversations",
    {
      title: "<img src=x onerror=window.ran=12> plan",
    },
  );
  const content = [
    ...hostile,
    "| <b>a</b> | [b](javascript:window.ran=13) |\n| --- | --- |\n| <i>c</i> | d |",
  ].join("\n\n");
  await ada.call("POST", `/api/v5/conversations/${id}/messages`, {
    role: "Assistant",
    model: "small-model",
    content,
  });
  const page = await open(ada, `/workspace/c/${id}`);
  const answer = page.getByRole("article", { name: "small-model said" });
  await expect(answer).toContainText("window.ran=13");
  const made = await lookAt(answer.locator("table").locator("xpath=.."));
  expectHarmless(made, [...harmless, ...inAnswers]);
  expect(await ranIn(page)).toBeNull();
});
