import { expect, type Page } from "@playwright/test";
import type { Conversation, Message, SignedIn } from "../../../sdk/src/index.ts";

/** Everybody's. */
export const password = "Analytical-1843";

/** Somebody with an account, as the tests speak for them beside the browser. */
export class Person {
  readonly url: string;
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly #token: string;

  private constructor(url: string, { user, access_token }: SignedIn) {
    this.url = url;
    this.id = user.id;
    this.username = user.username;
    this.name = user.display_name;
    this.#token = access_token;
  }

  /** @param username one of its own, where none is given. */
  static async register(url: string, name: string, username = usernameFor(name)): Promise<Person> {
    const body = { email: `${username}@example.com`, username, password, display_name: name };
    return new Person(url, await ask<SignedIn>(url, "POST", "/v1/auth/register", null, body));
  }

  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask<Answer>(this.url, method, path, this.#token, body);
  }

  writeTo(other: Person): Promise<Conversation> {
    return this.call("POST", "/v1/conversations", { type: "direct", participant_ids: [other.id] });
  }

  group(title: string, others: readonly Person[]): Promise<Conversation> {
    return this.call("POST", "/v1/conversations", {
      type: "group",
      title,
      participant_ids: others.map(({ id }) => id),
    });
  }

  say(conversationId: string, content: string, metadata?: Record<string, unknown>): Promise<Message> {
    return this.call("POST", "/v1/messages", {
      conversation_id: conversationId,
      message_type: "text",
      content,
      ...(metadata === undefined ? {} : { metadata }),
    });
  }

  /** All messages, oldest first. */
  async history(conversationId: string): Promise<Message[]> {
    const { messages } = await this.call<{ messages: Message[] }>(
      "GET",
      `/v1/messages?conversation_id=${conversationId}&limit=100`,
    );
    return messages.toReversed();
  }

  /** Through the page, as a person does; ends where `path` leads. */
  async signIn(page: Page, path = "/"): Promise<void> {
    await page.goto(`${this.url}/login?next=${encodeURIComponent(path)}`);
    await this.signInHere(page);
  }

  /** On the sign-in page that is open. */
  async signInHere(page: Page): Promise<void> {
    await page.getByLabel("E-mail or username").fill(this.username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator("#content")).toBeAttached();
  }
}

function usernameFor(name: string): string {
  return `${name.split(" ")[0]?.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`;
}

async function ask<Answer>(
  url: string,
  method: string,
  path: string,
  token: string | null,
  body: unknown,
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { success, data, error } = (await answer.json()) as {
    success: boolean;
    data: Answer;
    error: unknown;
  };
  if (!success) throw new Error(`${method} ${path}: ${JSON.stringify(error)}`);
  return data;
}
