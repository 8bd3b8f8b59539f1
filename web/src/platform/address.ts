import { useSyncExternalStore } from "react";
import { currentOverlay, inApp, onceSettled, subscribe, tell } from "./history.ts";

/** Where one is in the app. The address bar holds it whole: each place has a link, back and forward lead between them. */
export type Place =
  | { name: "home" }
  | { name: "login"; next: string | null }
  | { name: "register"; next: string | null }
  | { name: MailPlace }
  | { name: "notifications" }
  | { name: "admin"; section: AdminSection }
  | {
      name: "conversation";
      id: string;
      messageId: string | null;
      panel: ConversationPanel | null;
      /** The root of the thread that is open beside it, in place of a panel. */
      threadId: string | null;
    }
  | { name: "new"; kind: (typeof newKinds)[number] }
  | { name: "rooms" }
  | { name: "threads" }
  | SearchPlace
  | SupportPlace
  | { name: "settings"; section: SettingsSection }
  | { name: "workspace"; view: WorkspaceView }
  | { name: "nowhere" };

/** Where one is in the workspace. */
export type WorkspaceView =
  | {
      kind: "conversations" /** `new`: it begins with the first question. */;
      id: string | null;
      sessionId: string | null;
    }
  | { kind: "sessions"; id: string | null /** Those to look for. */; tags: readonly string[] }
  | { kind: "settings"; category: SettingCategory | null };

export const settingCategories = ["editor", "theme", "llm", "terminal", "workspace"] as const;
type SettingCategory = (typeof settingCategories)[number];

/** What is open beside a conversation. */
const conversationPanels = ["details", "room"] as const;
type ConversationPanel = (typeof conversationPanels)[number];

/** What is looked for in messages; null: anything. */
export interface SearchPlace {
  name: "search";
  words: string;
  inId: string | null;
  fromId: string | null;
  /** Days, as `2026-01-31`. */
  after: string | null;
  before: string | null;
  has: SearchContent | null;
}

export const searchContents = ["file", "image", "video", "link"] as const;
export type SearchContent = (typeof searchContents)[number];

export const settingsSections = [
  "profile",
  "appearance",
  "security",
  "sessions",
  "privacy",
  "notifications",
  "api-keys",
  "account",
  "organization",
  "members",
  "invitations",
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** Support conversations, one of them open or none. */
export interface SupportPlace {
  name: "support";
  id: string | null;
  messageId: string | null;
  /** Which ones are listed; null: what there is to do first. */
  show: SupportView | null;
}

export const supportViews = ["unassigned", "mine", "all", "resolved"] as const;
export type SupportView = (typeof supportViews)[number];
export const adminSections = ["overview", "users", "organizations", "mail", "audit"] as const;
export type AdminSection = (typeof adminSections)[number];

/** Without an account at hand: asking for a new password, and where the links of mails lead. */
const mailPlaces = ["forgot-password", "reset-password", "verify-email", "invite"] as const;
type MailPlace = (typeof mailPlaces)[number];

const newKinds = ["direct", "group", "room", "support"] as const;

/** Reads an address of this origin; the server's table of app paths (pages.ts) lets the same ones through. */
function readPlace(path: string, search: string): Place {
  const [first = "", second = "", third = "", fourth = ""] = path.split("/").slice(1).map(decode);
  const query = new URLSearchParams(search);
  switch (first) {
    case "":
      return { name: "home" };
    case "login":
    case "register":
      return { name: first, next: localPath(query.get("next")) };
    case "forgot-password":
    case "reset-password":
    case "verify-email":
    case "invite":
    case "notifications":
      return { name: first };
    case "c":
      if (second === "") return { name: "home" };
      return {
        name: "conversation",
        id: second,
        messageId: messageIn(third, fourth),
        panel: conversationPanels.find((panel) => panel === query.get("panel")) ?? null,
        threadId: query.get("thread"),
      };
    case "new":
      return { name: "new", kind: newKinds.find((kind) => kind === second) ?? "direct" };
    case "rooms":
    case "threads":
      return { name: first };
    case "search":
      return readSearch(query);
    case "support":
      return {
        name: "support",
        id: second === "" ? null : second,
        messageId: messageIn(third, fourth),
        show: supportViews.find((view) => view === query.get("show")) ?? null,
      };
    case "settings":
      return {
        name: "settings",
        section: settingsSections.find((section) => section === second) ?? "profile",
      };
    case "admin":
      return { name: "admin", section: adminSections.find((section) => section === second) ?? "overview" };
    case "workspace":
      return { name: "workspace", view: readWorkspace(second, third, query) };
    default:
      return { name: "nowhere" };
  }
}

/** `m/ID` behind a conversation. */
function messageIn(mark: string, id: string): string | null {
  return mark === "m" && id !== "" ? id : null;
}

function readWorkspace(second: string, third: string, query: URLSearchParams): WorkspaceView {
  const id = third === "" ? null : third;
  if (second === "sessions") {
    const tags = query.get("tags") ?? "";
    return { kind: "sessions", id, tags: tags === "" ? [] : tags.split(",") };
  }
  if (second === "settings")
    return { kind: "settings", category: settingCategories.find((each) => each === third) ?? null };
  return { kind: "conversations", id: second === "c" ? id : null, sessionId: query.get("session") };
}

/** The address of a place. */
export function hrefOf(place: Place): string {
  switch (place.name) {
    case "home":
    case "nowhere":
      return "/";
    case "login":
    case "register":
      return `/${place.name}${place.next === null ? "" : `?next=${encodeURIComponent(place.next)}`}`;
    case "forgot-password":
    case "reset-password":
    case "verify-email":
    case "invite":
    case "notifications":
      return `/${place.name}`;
    case "conversation":
      return `/c/${pathOf(place.id, place.messageId)}${besideOf(place)}`;
    case "new":
      return `/new/${place.kind}`;
    case "rooms":
    case "threads":
      return `/${place.name}`;
    case "search":
      return `/search${searchOf(place)}`;
    case "support": {
      const path = place.id === null ? "" : `/${pathOf(place.id, place.messageId)}`;
      return `/support${path}${place.show === null ? "" : `?show=${place.show}`}`;
    }
    case "settings":
      return `/settings/${place.section}`;
    case "admin":
      return `/admin/${place.section}`;
    case "workspace":
      return workspaceHref(place.view);
  }
}

function readSearch(query: URLSearchParams): SearchPlace {
  const day = (name: string) => /^\d{4}-\d\d-\d\d$/.exec(query.get(name) ?? "")?.[0] ?? null;
  return {
    name: "search",
    words: query.get("q") ?? "",
    inId: query.get("in"),
    fromId: query.get("from"),
    after: day("after"),
    before: day("before"),
    has: searchContents.find((content) => content === query.get("has")) ?? null,
  };
}

function searchOf({ words, inId, fromId, after, before, has }: SearchPlace): string {
  const given = Object.entries({ q: words || null, in: inId, from: fromId, after, before, has });
  const query = new URLSearchParams(
    given.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return query.size === 0 ? "" : `?${query}`;
}

/** A search for words, with nothing else asked. */
export function searchPlace(words = ""): SearchPlace {
  return { name: "search", words, inId: null, fromId: null, after: null, before: null, has: null };
}

function besideOf({ panel, threadId }: Extract<Place, { name: "conversation" }>): string {
  if (threadId !== null) return `?thread=${encodeURIComponent(threadId)}`;
  return panel === null ? "" : `?panel=${panel}`;
}

function pathOf(id: string, messageId: string | null): string {
  return encodeURIComponent(id) + (messageId === null ? "" : `/m/${encodeURIComponent(messageId)}`);
}

export function supportPlace(
  id: string | null = null,
  { messageId = null, show = null }: { messageId?: string | null; show?: SupportView | null } = {},
): SupportPlace {
  return { name: "support", id, messageId, show };
}

function workspaceHref(view: WorkspaceView): string {
  switch (view.kind) {
    case "conversations": {
      const session = view.sessionId === null ? "" : `?session=${encodeURIComponent(view.sessionId)}`;
      return view.id === null ? "/workspace" : `/workspace/c/${encodeURIComponent(view.id)}${session}`;
    }
    case "sessions": {
      const tags = view.tags.length === 0 ? "" : `?tags=${encodeURIComponent(view.tags.join(","))}`;
      return `/workspace/sessions${view.id === null ? "" : `/${encodeURIComponent(view.id)}`}${tags}`;
    }
    case "settings":
      return `/workspace/settings${view.category === null ? "" : `/${view.category}`}`;
  }
}

export function aiPlace(id: string | null): Place {
  return { name: "workspace", view: { kind: "conversations", id, sessionId: null } };
}

/** @param sessionId the workspace session that it is about. */
export function newAiPlace(sessionId: string | null): Place {
  return { name: "workspace", view: { kind: "conversations", id: "new", sessionId } };
}

export function sessionsPlace(tags: readonly string[] = []): Place {
  return { name: "workspace", view: { kind: "sessions", id: null, tags } };
}

export function sessionPlace(id: string, tags: readonly string[] = []): Place {
  return { name: "workspace", view: { kind: "sessions", id, tags } };
}

export function workspaceSettingsPlace(category: SettingCategory | null): Place {
  return { name: "workspace", view: { kind: "settings", category } };
}

export function conversationPlace(
  id: string,
  {
    messageId = null,
    panel = null,
    threadId = null,
  }: { messageId?: string | null; panel?: ConversationPanel | null; threadId?: string | null } = {},
): Place {
  return { name: "conversation", id, messageId, panel, threadId };
}

/** Where an invitation is accepted; its token stands behind the #, which reaches no server. */
export function invitationHref(token: string): string {
  return `/invite#token=${encodeURIComponent(token)}`;
}

/** A path of this origin and nothing else, so that a link cannot lead away after signing in. */
function localPath(given: string | null): string | null {
  return given !== null && /^\/(?![/\\])/.test(given) ? given : null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Goes to a place; `replace` leaves no trace for the back button. What lay over the last place gives way to it. */
export function go(to: Place | string, { replace = false } = {}): void {
  onceSettled(() => {
    const href = typeof to === "string" ? to : hrefOf(to);
    if (href === location.pathname + location.search) return;
    if (replace || currentOverlay() !== null) history.replaceState({ inApp: inApp() }, "", href);
    else history.pushState({ inApp: true }, "", href);
    tell();
  });
}

/** Back to where one came from inside the app; to `otherwise` for whoever opened a link here. */
export function goBack(otherwise: Place): void {
  if (inApp()) history.back();
  else go(otherwise, { replace: true });
}

let read = { href: "", place: { name: "home" } as Place };

/** The present place; the same object as long as the address is the same. */
export function currentPlace(): Place {
  const href = location.pathname + location.search;
  if (read.href !== href) read = { href, place: readPlace(location.pathname, location.search) };
  return read.place;
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, currentPlace);
}
