import { keyOf, type StoredMessage } from "../history.ts";
import { asObject, asObjects, type JsonObject, numberOf, parseObject, textOf } from "./json-reading.ts";

/** Where the server under test listens just now; null while it is down. */
export interface Endpoint {
  url: string | null;
}

export interface Account {
  userId: string;
  username: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

export interface ApiAnswer {
  status: number;
  data: JsonObject;
  /** The error's code; null on success. */
  code: string | null;
  retryAfter: string | null;
  body: JsonObject;
}

interface ApiCall {
  account?: Account;
  body?: JsonObject;
  timeoutMs?: number;
}

/** One REST call. Throws when no answer comes: refused, cut, or silent for 15 s. */
export async function call(
  endpoint: Endpoint,
  method: string,
  path: string,
  with_: ApiCall = {},
): Promise<ApiAnswer> {
  if (endpoint.url === null) throw new Error("the server is down");
  const headers: Record<string, string> = {};
  if (with_.account) headers.Authorization = `Bearer ${with_.account.accessToken}`;
  if (with_.body) headers["Content-Type"] = "application/json";
  const { response, text } = await fetchText(`${endpoint.url}${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(with_.timeoutMs ?? 15_000),
    ...(with_.body && { body: JSON.stringify(with_.body) }),
  });
  const body = parseObject(text);
  const code = asObject(body.error).code;
  return {
    status: response.status,
    data: asObject(body.data),
    code: typeof code === "string" ? code : null,
    retryAfter: response.headers.get("Retry-After"),
    body,
  };
}

async function fetchText(url: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, init);
    return { response, text: await response.text() };
  } catch (failure) {
    throw new Error(`${init.method} ${new URL(url).pathname}: ${failure}`);
  }
}

/** As `call`, for preparations that must succeed: throws on any status that is not 2xx. */
export async function callOk(
  endpoint: Endpoint,
  method: string,
  path: string,
  with_: ApiCall = {},
): Promise<JsonObject> {
  const answer = await call(endpoint, method, path, with_);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  }
  return answer.data;
}

export async function register(endpoint: Endpoint, username: string): Promise<Account> {
  const password = `Faults-${username}-1!`;
  const body = { email: `${username}@example.test`, username, password, display_name: username };
  const data = await callOk(endpoint, "POST", "/v1/auth/register", { body });
  return { username, password, userId: textOf(asObject(data.user), "id"), ...tokensOf(data) };
}

const renewals = new WeakMap<Account, Promise<void>>();

/**
 * Gives the account new tokens: by its refresh token, or by its password where that is refused. Callers at the same
 * time share one renewal, as the tabs of one browser would.
 */
export function renewTokens(endpoint: Endpoint, account: Account): Promise<void> {
  const running = renewals.get(account);
  if (running !== undefined) return running;
  const renewal = renewNow(endpoint, account).finally(() => renewals.delete(account));
  renewals.set(account, renewal);
  return renewal;
}

async function renewNow(endpoint: Endpoint, account: Account): Promise<void> {
  const body = { refresh_token: account.refreshToken };
  const refreshed = await call(endpoint, "POST", "/v1/auth/refresh", { body });
  if (refreshed.status === 200) Object.assign(account, tokensOf(refreshed.data));
  else await signIn(endpoint, account);
}

export async function signIn(endpoint: Endpoint, account: Account): Promise<void> {
  const body = { username: account.username, password: account.password };
  Object.assign(account, tokensOf(await callOk(endpoint, "POST", "/v1/auth/login", { body })));
}

function tokensOf(data: JsonObject): Pick<Account, "accessToken" | "refreshToken"> {
  return { accessToken: textOf(data, "access_token"), refreshToken: textOf(data, "refresh_token") };
}

/** Sends over REST. The key goes as `client_message_id`; the answer is returned as it came. */
export function postMessage(
  endpoint: Endpoint,
  account: Account,
  message: { conversationId: string; key: string; content: string; timeoutMs?: number },
): Promise<ApiAnswer> {
  return call(endpoint, "POST", "/v1/messages", {
    account,
    body: {
      conversation_id: message.conversationId,
      content: message.content,
      message_type: "text",
      client_message_id: message.key,
    },
    ...(message.timeoutMs && { timeoutMs: message.timeoutMs }),
  });
}

/** All messages of each conversation, newest first as the pages give them. */
export async function readStored(
  endpoint: Endpoint,
  account: Account,
  conversationIds: readonly string[],
): Promise<Map<string, StoredMessage[]>> {
  const stored = new Map<string, StoredMessage[]>();
  for (const conversationId of conversationIds) {
    const messages: StoredMessage[] = [];
    let page: string | null = "";
    while (page !== null) {
      const query: string = new URLSearchParams({
        conversation_id: conversationId,
        limit: "100",
        ...(page && { page_state: page }),
      }).toString();
      const data = await callOk(endpoint, "GET", `/v1/messages?${query}`, { account });
      for (const message of asObjects(data.messages)) messages.push(storedFrom(message));
      page = data.has_more === true ? textOf(data, "next_page_state") : null;
    }
    stored.set(conversationId, messages);
  }
  return stored;
}

function storedFrom(message: JsonObject): StoredMessage {
  return {
    conversationId: textOf(message, "conversation_id"),
    messageId: textOf(message, "message_id"),
    seq: numberOf(message, "seq"),
    senderId: textOf(message, "sender_id"),
    key: keyOf(textOf(message, "content")),
  };
}

/**
 * Compares each account's conversation list with a recount from the stored messages: `seq` is the highest stored,
 * `unread_count` the number of others' messages after `last_read_seq`, which no own message lies beyond.
 */
export async function findWrongCounters(
  endpoint: Endpoint,
  accounts: readonly Account[],
  stored: ReadonlyMap<string, readonly StoredMessage[]>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const account of accounts) {
    const data = await callOk(endpoint, "GET", "/v1/conversations?limit=100", { account });
    for (const row of asObjects(data.conversations)) {
      const messages = stored.get(textOf(row, "id"));
      if (!messages) continue;
      const read = numberOf(row, "last_read_seq");
      const others = messages.filter((message) => message.senderId !== account.userId);
      const own = messages.filter((message) => message.senderId === account.userId);
      const recount = {
        seq: Math.max(0, ...messages.map((message) => message.seq)),
        unread_count: others.filter((message) => message.seq > read).length,
      };
      const lastOwn = Math.max(0, ...own.map((message) => message.seq));
      if (recount.seq === row.seq && recount.unread_count === row.unread_count && lastOwn <= read) continue;
      const said = { seq: row.seq, unread_count: row.unread_count, last_read_seq: read };
      wrong.push(
        `counters of ${account.username} in ${row.id}: ${JSON.stringify(said)}, recounted ${JSON.stringify(recount)}, own up to ${lastOwn}`,
      );
    }
  }
  return wrong;
}
