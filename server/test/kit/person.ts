import { randomBytes } from "node:crypto";
import { type Caller, callerOf, type Reachable } from "./caller.ts";
import type { Conversation, JsonObject, Message, SignedIn } from "./shapes.ts";

export type { Answer, Caller, Reachable } from "./caller.ts";

/** Somebody with an account and one live session. The verbs send that session's access token. */
export interface Person extends Caller {
  id: string;
  username: string;
  displayName: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  sessionId: string;
}

export interface Registration {
  email: string;
  username: string;
  password: string;
  display_name: string;
}

/** Meets the password rule; every registered person has it unless the test says otherwise. */
export const goodPassword = "Correct-Horse-7";

/** A valid body for `POST /auth/register` whose names nobody else has. */
export function buildRegistration(overrides: Partial<Registration> = {}): Registration {
  const name = `u${randomBytes(8).toString("hex")}`;
  return {
    email: `${name}@example.test`,
    username: name,
    password: goodPassword,
    display_name: `Person ${name}`,
    ...overrides,
  };
}

/** Registers through the public API. The first person of a server is its administrator. */
export async function register(app: Reachable, overrides: Partial<Registration> = {}): Promise<Person> {
  const registration = buildRegistration(overrides);
  const answer = await anonymous(app).post<SignedIn>("/v1/auth/register", registration);
  return personOf(app, answer.data, registration.password);
}

/** Another session of the same person: a fresh login with the same password. */
export async function loginAgain(
  app: Reachable,
  person: Pick<Person, "email" | "password">,
): Promise<Person> {
  const answer = await anonymous(app).post<SignedIn>("/v1/auth/login", {
    email: person.email,
    password: person.password,
  });
  return personOf(app, answer.data, person.password);
}

/** The verbs without any credential. */
export function anonymous(app: Reachable): Caller {
  return callerOf(app, {});
}

/** The verbs with whatever stands in `token`, valid or not. */
export function withToken(app: Reachable, token: string): Caller {
  return callerOf(app, { authorization: `Bearer ${token}` });
}

/** The verbs with headers of the test's own making on each request. */
export function callerWith(app: Reachable, headers: Record<string, string>): Caller {
  return callerOf(app, headers);
}

/** The direct conversation of two, made now or before. */
export async function buildDirect(a: Person, b: Person): Promise<Conversation> {
  const answer = await a.post<Conversation>("/v1/conversations", {
    type: "direct",
    participant_ids: [b.id],
  });
  return answer.data;
}

/** A group whose `admin` is `owner`. `overrides` replaces fields of the request. */
export async function buildGroup(
  owner: Person,
  members: Person[],
  overrides: JsonObject = {},
): Promise<Conversation> {
  const answer = await owner.post<Conversation>("/v1/conversations", {
    type: "group",
    title: "A group",
    participant_ids: members.map((member) => member.id),
    ...overrides,
  });
  return answer.data;
}

/** Sends over core REST. `extra` adds or replaces fields of the request. */
export async function sendText(
  person: Person,
  conversationId: string,
  content: string,
  extra: JsonObject = {},
): Promise<Message> {
  const answer = await person.post<Message>("/v1/messages", {
    conversation_id: conversationId,
    content,
    message_type: "text",
    ...extra,
  });
  return answer.data;
}

function personOf(app: Reachable, signedIn: SignedIn, password: string): Person {
  return {
    ...callerOf(app, { authorization: `Bearer ${signedIn.access_token}` }),
    id: signedIn.user.id,
    username: signedIn.user.username,
    displayName: signedIn.user.display_name,
    email: signedIn.user.email,
    password,
    accessToken: signedIn.access_token,
    refreshToken: signedIn.refresh_token,
    sessionId: signedIn.session_id,
  };
}
