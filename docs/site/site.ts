/** The script of every page under /docs: theme, menu, tabs, search, and the requests of «Run it». */

type Theme = "light" | "dark";

interface Finding {
  title: string;
  place: string;
  href: string;
}

const root = document.documentElement;
const themeKey = "parley.theme";
const tokenKey = "parley.docs.token";
const languageKey = "parley.docs.language";

// At once, before anything is painted; the rest waits for the page.
const chosenTheme = read(localStorage, themeKey);
if (chosenTheme === "light" || chosenTheme === "dark") root.dataset.theme = chosenTheme;

document.addEventListener("DOMContentLoaded", () => {
  startTheme();
  startMenu();
  startTabs();
  startSearch();
  startRuns();
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest" });
});

function element<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** Storage may be forbidden; then nothing is remembered. */
function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function remember(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Forbidden: the page works without.
  }
}

function startTheme(): void {
  element("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme: Theme = isDark ? "light" : "dark";
    root.dataset.theme = theme;
    remember(localStorage, themeKey, theme);
  });
}

function startMenu(): void {
  const button = element("menu");
  const set = (isOpen: boolean) => {
    document.body.classList.toggle("menu-open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => set(!document.body.classList.contains("menu-open")));
  element("nav").addEventListener("click", ({ target }) => {
    if ((target as Element).closest("a") !== null) set(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") set(false);
  });
}

/** Every group of tabs shows one panel; the language chosen in one is chosen in all. */
function startTabs(): void {
  const groups = [...document.querySelectorAll<HTMLElement>(".code-tabs")]
    .map(tabsOf)
    .filter((each) => each !== null);
  const choose = (title: string) => {
    for (const group of groups) group.show(title);
  };
  for (const group of groups)
    group.onChoice = (title) => {
      choose(title);
      remember(localStorage, languageKey, title);
    };
  choose(read(localStorage, languageKey) ?? "curl");
}

interface Tabs {
  show(title: string): void;
  onChoice(title: string): void;
}

let tabsCount = 0;

function tabsOf(box: HTMLElement): Tabs | null {
  const bar = box.querySelector<HTMLElement>(".tabs");
  const buttons = [...box.querySelectorAll<HTMLButtonElement>(".tabs button")];
  const panels = [...box.querySelectorAll<HTMLElement>(".panel")];
  if (bar === null || buttons.length === 0) return null;
  const number = ++tabsCount;
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", bar.dataset.label ?? "");
  const select = (index: number) => {
    for (const [place, button] of buttons.entries()) {
      button.setAttribute("aria-selected", String(place === index));
      button.tabIndex = place === index ? 0 : -1;
      panels[place]?.toggleAttribute("hidden", place !== index);
    }
  };
  const tabs: Tabs = {
    show: (title) => {
      const index = buttons.findIndex((button) => button.textContent === title);
      if (index >= 0) select(index);
    },
    onChoice: () => undefined,
  };
  for (const [index, button] of buttons.entries()) {
    button.setAttribute("role", "tab");
    button.id = `tab-${number}-${index}`;
    button.setAttribute("aria-controls", `panel-${number}-${index}`);
    const panel = panels[index];
    if (panel !== undefined) {
      panel.id = `panel-${number}-${index}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
    }
    const choose = (place: number) => {
      select(place);
      tabs.onChoice(buttons[place]?.textContent ?? "");
    };
    button.addEventListener("click", () => choose(index));
    button.addEventListener("keydown", ({ key }) => {
      const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (step === 0) return;
      const place = (index + step + buttons.length) % buttons.length;
      choose(place);
      buttons[place]?.focus();
    });
  }
  select(0);
  return tabs;
}

function startSearch(): void {
  const input = element<HTMLInputElement>("search");
  const list = element<HTMLUListElement>("results");
  let findings: Promise<Finding[]> | null = null;
  let chosen = -1;
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index: number) => {
    const options = [...list.querySelectorAll<HTMLElement>("[role=option]")];
    chosen = options.length === 0 ? -1 : (index + options.length) % options.length;
    for (const [place, option] of options.entries())
      option.setAttribute("aria-selected", String(place === chosen));
    const option = options[chosen];
    if (option === undefined) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const search = async () => {
    findings ??= fetch("/docs/search.json").then((answer) => answer.json() as Promise<Finding[]>);
    const all = await findings;
    const words = input.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length === 0) {
      close();
      return;
    }
    const found = best(all, words);
    list.replaceChildren(...(found.length === 0 ? [nothing()] : found.map(optionOf)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };
  input.addEventListener("input", () => void search());
  input.addEventListener("focus", () => void search());
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Enter")
      list.querySelectorAll<HTMLAnchorElement>("[role=option] a")[chosen]?.click();
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = (event.target as Element).closest("input, textarea") !== null;
    const isSlash = event.key === "/" && !isTyping;
    const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!isSlash && !isPalette) return;
    event.preventDefault();
    input.select();
    input.focus();
  });
}

const resultsAtMost = 12;

/** Findings that hold every word; those whose title begins with the first come first. */
function best(all: Finding[], words: string[]): Finding[] {
  const rank = ({ title, place }: Finding) => {
    const name = title.toLowerCase();
    if (!words.every((word) => `${name} ${place.toLowerCase()}`.includes(word))) return 0;
    if (name.startsWith(words[0] ?? "")) return 3;
    return words.every((word) => name.includes(word)) ? 2 : 1;
  };
  return all
    .map((finding) => ({ finding, rank: rank(finding) }))
    .filter((each) => each.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, resultsAtMost)
    .map(({ finding }) => finding);
}

function optionOf({ title, place, href }: Finding, index: number): HTMLElement {
  const option = document.createElement("li");
  option.id = `result-${index}`;
  option.setAttribute("role", "option");
  const link = document.createElement("a");
  link.className = "result";
  link.href = href;
  link.tabIndex = -1;
  const name = document.createElement("strong");
  name.textContent = title;
  const where = document.createElement("span");
  where.textContent = place;
  link.append(name, where);
  option.append(link);
  return option;
}

function nothing(): HTMLElement {
  const item = document.createElement("li");
  item.className = "nothing";
  item.textContent = "Nothing found. Try a shorter word.";
  return item;
}

function startRuns(): void {
  const token = element<HTMLInputElement>("token");
  token.value = read(sessionStorage, tokenKey) ?? "";
  token.addEventListener("input", () => remember(sessionStorage, tokenKey, token.value.trim()));
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-run]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void run(form, token);
    });
  }
}

async function run(form: HTMLFormElement, token: HTMLInputElement): Promise<void> {
  const outcome = form.querySelector<HTMLElement>(".outcome");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (outcome === null || button === null) return;
  const isSignedIn = form.dataset.signedIn === "true";
  if (isSignedIn && token.value.trim() === "") {
    outcome.textContent = "Needs a token: run «Register» or «Sign in» first, or paste one above.";
    token.focus();
    return;
  }
  button.disabled = true;
  outcome.textContent = "…";
  const started = performance.now();
  try {
    const answer = await fetch(...requestOf(form, isSignedIn ? token.value.trim() : null));
    const text = await answer.text();
    outcome.textContent = `${answer.status} ${answer.statusText} in ${Math.round(performance.now() - started)} ms`;
    outcome.className = `outcome ${answer.ok ? "good" : "bad"}`;
    show(form, text);
    keepToken(text, token);
  } catch {
    outcome.textContent = "The server did not answer. Is it running?";
    outcome.className = "outcome bad";
  } finally {
    button.disabled = false;
  }
}

function requestOf(form: HTMLFormElement, token: string | null): [URL, RequestInit] {
  let path = form.dataset.path ?? "/";
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll<HTMLInputElement>("input[data-in]")) {
    if (input.dataset.in === "path")
      path = path.replace(`{${input.name}}`, encodeURIComponent(input.value.trim()));
    else if (input.value !== "") query.set(input.name, input.value);
  }
  const url = new URL(path, location.origin);
  url.search = query.toString();
  const body = form.querySelector<HTMLTextAreaElement>("textarea")?.value.trim() ?? "";
  const headers: Record<string, string> = {};
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body !== "") headers["content-type"] = "application/json";
  const request: RequestInit = { method: form.dataset.method ?? "GET", headers, credentials: "omit" };
  return [url, body === "" ? request : { ...request, body }];
}

function show(form: HTMLFormElement, text: string): void {
  const former = form.querySelector("pre");
  const box = former ?? document.createElement("pre");
  box.tabIndex = 0;
  try {
    box.textContent = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    box.textContent = text;
  }
  if (former === null) form.append(box);
}

/** Whoever registers or signs in here goes on with that token. */
function keepToken(text: string, token: HTMLInputElement): void {
  try {
    const { data } = JSON.parse(text) as { data?: { access_token?: unknown } };
    if (typeof data?.access_token !== "string") return;
    token.value = data.access_token;
    remember(sessionStorage, tokenKey, data.access_token);
  } catch {
    // Not JSON: nothing to keep.
  }
}
