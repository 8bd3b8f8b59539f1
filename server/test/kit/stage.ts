import type { TestApp } from "./app.ts";
import { startApp } from "./app.ts";
import { applyFrames, type ClientState, fetchState } from "./client-state.ts";
import { type Answer, buildGroup, type Person, register, sendText } from "./person.ts";
import type { Conversation, Message } from "./shapes.ts";
import { type Frame, TestSocket } from "./socket.ts";

/** One conversation in the middle of its life, seen by `bob`. */
export interface Scene {
  id: string;
  /** Ann's, with a reaction of hers; Bob's; Cat's, pinned. */
  messages: { ann: Message; bob: Message; cat: Message };
}

/** Something that somebody does, after which every client must have come to what is stored. */
export type Act = [name: string, act: (scene: Scene) => Promise<unknown>];

export const path = (scene: Scene, more = "") => `/v1/conversations/${scene.id}${more}`;
export const messagePath = ({ message_id: id }: Message, more = "") => `/v1/messages/${id}${more}`;
export const reply = (who: Person, scene: Scene, to: Message) =>
  sendText(who, scene.id, "an answer", { metadata: { reply_to: to.message_id } });

/** Fails where a command was refused: then nothing would be proved. */
export async function done(...answers: Promise<Answer<unknown>>[]): Promise<void> {
  for (const { status, error } of await Promise.all(answers))
    if (status >= 300) throw new Error(`refused with ${status}: ${error?.message ?? ""}`);
}

interface Cast {
  /** The server's administrator, in no conversation. */
  root: Person;
  /** Administers the conversations. */
  ann: Person;
  /** A member, who looks on. */
  bob: Person;
  cat: Person;
  dan: Person;
}

/** Where acts are played, and what clients make of them is compared with what is stored. */
export class Stage {
  readonly app: TestApp;
  readonly cast: Cast;

  private constructor(app: TestApp, cast: Cast) {
    this.app = app;
    this.cast = cast;
  }

  static async open(): Promise<Stage> {
    const app = await startApp({ PARLEY_RATE_LIMITS: "off" });
    const root = await register(app);
    const [ann, bob, cat, dan] = await Promise.all([
      register(app),
      register(app),
      register(app),
      register(app),
    ]);
    return new Stage(app, { root, ann, bob, cat, dan });
  }

  async buildGroup(): Promise<Scene> {
    const { ann, bob, cat } = this.cast;
    return this.#furnish((await buildGroup(ann, [bob, cat])).id);
  }

  async buildRoom(): Promise<Scene> {
    const { ann, bob, cat } = this.cast;
    const room = { name: "Dock", visibility: "public", user_ids: [bob.id, cat.id] };
    return this.#furnish((await ann.post<Conversation>("/v1/rooms", room)).data.id);
  }

  async #furnish(id: string): Promise<Scene> {
    const { ann, bob, cat } = this.cast;
    const messages = {
      ann: await sendText(ann, id, "from ann"),
      bob: await sendText(bob, id, "from bob"),
      cat: await sendText(cat, id, "from cat"),
    };
    await done(ann.post(messagePath(messages.ann, "/react"), { emoji: "👍" }));
    await done(ann.post(messagePath(messages.cat, "/pin")));
    return { id, messages };
  }

  /** What Bob's client makes of the frames, those it heard and those that a resume replays, against a fresh look. */
  async play(scene: Scene, act: Act[1]): Promise<Record<"live" | "replayed" | "stored", ClientState>> {
    const { bob } = this.cast;
    const own = { userId: bob.id, conversationId: scene.id };
    const socket = await TestSocket.connect(this.app, bob);
    const before = await fetchState(bob, scene.id);
    const { version } = (await bob.get<Conversation>(path(scene))).data;
    const heard = (await framesOf(socket)).length;
    await act(scene);
    const live = (await framesOf(socket)).slice(heard);
    const stored = await fetchState(bob, scene.id);
    const replayed = await this.#replayed(scene, socket.hello.epoch, version);
    await socket.close();
    return {
      live: applyFrames(before, live, own),
      replayed: applyFrames(before, replayed, own),
      stored,
    };
  }

  async #replayed(scene: Scene, epoch: unknown, version: number): Promise<Frame[]> {
    const socket = await TestSocket.connect(this.app, this.cast.bob, { query: { resume: "true" } });
    socket.send({ type: "resume", epoch, conversations: { [scene.id]: version } });
    await socket.next("resumed");
    await socket.close();
    return socket.frames;
  }
}

/** All frames so far: those of everything that was committed before `pong`. */
async function framesOf(socket: TestSocket): Promise<Frame[]> {
  socket.send({ type: "ping" });
  await socket.next("pong");
  return [...socket.frames];
}
