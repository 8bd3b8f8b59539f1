import { afterAll } from "bun:test";
import { randomBytes } from "node:crypto";
import { TestProvider } from "./ai-provider.ts";
import { startApp, type TestApp } from "./app.ts";
import { type Caller, callerOf, type Reachable } from "./caller.ts";
import { anonymous, goodPassword, register } from "./person.ts";
import type { JsonObject } from "./shapes.ts";
import { placeInOrganization } from "./store.ts";

/** Somebody with an account and a live session of `/api/v5`. The verbs send that session's access token. */
export interface Member extends Caller {
  id: string;
  organizationId: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

export type OrganizationRole = "Admin" | "Developer" | "Manager" | "Viewer";

interface WorkspaceSignedIn {
  user: { user_id: string; tenant_id: string; email: string };
  tokens: { access_token: string; refresh_token: string };
}

/** A valid body for `POST /api/v5/auth/register` whose address nobody else has. */
export function buildFounding(overrides: Record<string, unknown> = {}) {
  const email = `f${randomBytes(8).toString("hex")}@example.test`;
  return { email, password: goodPassword, first_name: "Ada", last_name: "Lovelace", ...overrides };
}

/** Registers on `/api/v5`: the Admin of an organization of their own. */
export async function foundOrganization(app: Reachable): Promise<Member> {
  const answer = await anonymous(app).post<WorkspaceSignedIn>("/api/v5/auth/register", buildFounding());
  return memberOf(app, answer.data, goodPassword);
}

/** Another session on `/api/v5` of somebody with an account. */
export async function workspaceLogin(
  app: Reachable,
  { email, password }: { email: string; password: string },
): Promise<Member> {
  const answer = await anonymous(app).post<WorkspaceSignedIn>("/api/v5/auth/login", { email, password });
  return memberOf(app, answer.data, password);
}

/** Somebody else of the founder's organization. */
export async function joinOrganization(
  app: TestApp,
  founder: Member,
  role: OrganizationRole = "Developer",
): Promise<Member> {
  const person = await register(app);
  await placeInOrganization(app, person.id, founder.organizationId, role);
  return workspaceLogin(app, person);
}

function memberOf(app: Reachable, { user, tokens }: WorkspaceSignedIn, password: string): Member {
  return {
    ...callerOf(app, { authorization: `Bearer ${tokens.access_token}` }),
    id: user.user_id,
    organizationId: user.tenant_id,
    email: user.email,
    password,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
  };
}

/** What `/api/v5` answers of an AI conversation's message, as far as tests read it. */
export interface AiMessage extends JsonObject {
  message_id: string;
  seq: number;
  version: number;
  role: string;
  content: string;
  model: string | null;
  token_count: number;
  status: string;
  usage: JsonObject | null;
  note: string | null;
}

export interface AiMessagePage {
  messages: AiMessage[];
  total_count: number;
  offset: number;
  limit: number;
  has_more: boolean;
}

/** What a question and its answer come as. */
export interface Exchange {
  user_message: AiMessage;
  message: AiMessage;
}

/** A server with a provider of answers, and somebody who may ask. Both end with the test file. */
export async function startAssistant(env: Record<string, string> = {}) {
  const provider = await TestProvider.start();
  const app = await startApp({ ...provider.env, ...env });
  afterAll(async () => {
    await app.stop();
    await provider.stop();
  });
  return { provider, app, ada: await foundOrganization(app) };
}

/** An AI conversation of one's own; answers its id. */
export async function beginAiConversation(who: Member, fields: JsonObject = {}): Promise<string> {
  const answer = await who.post("/api/v5/conversations", { title: "A talk", ...fields });
  return String(answer.data.conversation_id);
}

/** Asks for an answer that comes as server-sent events, see `readEventStream`. */
export function askStreaming(
  app: Reachable,
  who: Pick<Member, "accessToken">,
  conversationId: string,
  body: JsonObject,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${app.url}/api/v5/conversations/${conversationId}/chat`, {
    method: "POST",
    headers: { authorization: `Bearer ${who.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ ...body, stream: true }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** All messages of an AI conversation, at most 200. */
export async function readAiMessages(who: Member, conversationId: string): Promise<AiMessage[]> {
  const path = `/api/v5/conversations/${conversationId}/messages?limit=200`;
  return (await who.get<AiMessagePage>(path)).data.messages;
}
