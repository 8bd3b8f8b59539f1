import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;

const messagesEach = 60;

beforeAll(async () => {
  app = await startApp();
  await register(app);
});

afterAll(() => app.stop());

/** A phone in a tunnel: its line is cut again and again, it comes back, resumes, and sends again what has no ack. */
class TunnelPhone {
  readonly heard: number[] = [];
  readonly #person: Person;
  readonly #group: Conversation;
  readonly #unacknowledged: string[];
  #version: number;
  #socket: TestSocket | undefined;
  #epoch: unknown;

  constructor(person: Person, group: Conversation, name: string) {
    this.#person = person;
    this.#group = group;
    this.#version = group.version;
    this.#unacknowledged = Array.from({ length: messagesEach }, (_, index) => `${name}-${index + 1}`);
  }

  get isDone(): boolean {
    return this.#unacknowledged.length === 0;
  }

  /** One stretch of coverage: resumes, sends a few messages, listens, and loses the line without a word. */
  async ride(stretchMs: number): Promise<void> {
    await this.#connect();
    for (const key of this.#unacknowledged.slice(0, 7)) {
      const frame = { type: "chat", conversation_id: this.#group.id, content: key, client_message_id: key };
      this.#socket?.send(frame);
    }
    await Bun.sleep(stretchMs);
    this.#lose();
  }

  /** Back in the open: resumes and stays until it heard the message with this seq. */
  async arrive(lastSeq: number): Promise<void> {
    await this.#connect();
    const deadline = Date.now() + 5_000;
    while (!this.#socket?.frames.some(({ type, seq }) => type === "chat" && seq === lastSeq)) {
      if (Date.now() > deadline || this.heard.includes(lastSeq)) break;
      await Bun.sleep(10);
    }
    this.#lose();
  }

  async #connect(): Promise<void> {
    this.#socket = await TestSocket.connect(app, this.#person, { query: { resume: "true" } });
    this.#epoch ??= this.#socket.hello.epoch;
    this.#socket.send({
      type: "resume",
      epoch: this.#epoch,
      conversations: { [this.#group.id]: this.#version },
    });
  }

  #lose(): void {
    this.#socket?.terminate();
    for (const frame of this.#socket?.frames ?? []) {
      if (frame.type === "ack") {
        const index = this.#unacknowledged.indexOf(String(frame.client_message_id));
        if (index >= 0) this.#unacknowledged.splice(index, 1);
      }
      if (frame.type !== "chat") continue;
      this.heard.push(Number(frame.seq));
      this.#version = Math.max(this.#version, Number(frame.version));
    }
  }
}

test("three people in tunnels send everything exactly once and each hears all of it in order", async () => {
  const people = await Promise.all([register(app), register(app), register(app)]);
  const [ann, ...others] = people;
  const group = await buildGroup(ann, others);
  const phones = people.map((person, index) => new TunnelPhone(person, group, `phone${index}`));
  for (let round = 0; phones.some(({ isDone }) => !isDone); round++) {
    if (round > 200) throw new Error("the phones never get everything through");
    // Longer from round to round: on a busy machine the first ones may be too short for any answer.
    const stretchMs = (index: number) => 5 + round + ((round * 13 + index * 29) % 40);
    await Promise.all(phones.map((phone, index) => phone.ride(stretchMs(index))));
  }
  const total = messagesEach * phones.length;
  await Promise.all(phones.map((phone) => phone.arrive(total)));
  const inOrder = Array.from({ length: total }, (_, index) => index + 1);
  for (const phone of phones) expect(phone.heard).toEqual(inOrder);

  const stored: Message[] = [];
  let query = `/v1/messages?conversation_id=${group.id}&limit=100`;
  for (let more = true; more; ) {
    const { data } = await ann.get<MessagePage>(query);
    stored.push(...data.messages);
    more = data.has_more;
    query = `/v1/messages?conversation_id=${group.id}&limit=100&page_state=${data.next_page_state}`;
  }
  expect(stored.map(({ seq }) => seq)).toEqual(inOrder.toReversed());
  expect(new Set(stored.map(({ client_message_id }) => client_message_id)).size).toBe(total);
}, 60_000);
