import { cpSync } from "node:fs";
import type { ChatTarget, Room } from "../load/target.ts";
import type { Endpoint } from "../load/websocket-client.ts";
import type { Run } from "../run.ts";
import { MeasuredProcess } from "./measured-process.ts";
import { PARLEY_ENV, PARLEY_MAIN, PROJECT } from "./parley-command.ts";
import type { Person } from "./people.ts";
import type { SyncCounter } from "./sync-counter.ts";

export interface ParleyOptions {
  /** Start from this data folder instead of a copy of the people's. */
  dataDir?: string;
  syncCounter?: SyncCounter | undefined;
  runtimeArguments?: readonly string[];
  env?: Record<string, string>;
  /** False: on all CPUs. */
  pinned?: boolean;
}

/** `bun cli/main.ts serve` in a process of its own on the server's CPU. */
export class Parley implements ChatTarget {
  readonly process: MeasuredProcess;
  readonly persons: readonly Person[];
  private rooms = 0;

  private constructor(process: MeasuredProcess, persons: readonly Person[]) {
    this.process = process;
    this.persons = persons;
  }

  /** Starts on a fresh copy of the data folder in which the run's people are registered. */
  static async start(run: Run, options: ParleyOptions = {}): Promise<Parley> {
    const { persons, template } = await run.people();
    const dataDir = options.dataDir ?? run.workspace.fresh("data");
    if (options.dataDir === undefined) cpSync(template, dataDir, { recursive: true });
    const counter = options.syncCounter ?? run.slowSyncs;
    const server = await MeasuredProcess.start(run.workspace, {
      argv: [
        process.execPath,
        ...run.plan.runtimeArguments,
        ...(options.runtimeArguments ?? []),
        PARLEY_MAIN,
        "serve",
      ],
      env: { ...PARLEY_ENV, ...counter?.env, ...options.env, PARLEY_DATA_DIR: dataDir },
      cwd: PROJECT,
      pinned: options.pinned ?? true,
    });
    return new Parley(server, persons);
  }

  /** Person `index`, counted around when there are more seats than people. */
  person(index: number): Person {
    return this.persons[index % this.persons.length] as Person;
  }

  /** The endpoint of a person; bound to one conversation, or to all of theirs. */
  endpoint(person: Person, conversationId?: string, parameters = ""): Endpoint {
    const bound = conversationId === undefined ? [] : [`conversation_id=${conversationId}`];
    const query = [...bound, ...(parameters === "" ? [] : [parameters])].join("&");
    return {
      port: this.process.port,
      path: `/v1/ws/chat${query === "" ? "" : `?${query}`}`,
      headers: `Authorization: Bearer ${person.token}\r\n`,
    };
  }

  /**
   * Group conversations over successive people. With fewer people than seats a person sits in several
   * conversations (or several times in one), and each connection binds itself to its own.
   */
  async openRooms(count: number, size: number): Promise<Room[]> {
    const everyoneSitsOnce = count * size <= this.persons.length;
    const rooms: Room[] = [];
    for (let room = 0; room < count; room++) {
      const seated = Array.from({ length: size }, (_, seat) => this.person(room * size + seat));
      const members = [...new Set(seated)];
      const conversationId = await this.createGroup(members, `bench ${++this.rooms}`);
      const bound = everyoneSitsOnce ? undefined : conversationId;
      rooms.push({ conversationId, seats: seated.map((person) => this.endpoint(person, bound)) });
    }
    return rooms;
  }

  /** Answers the new conversation's id; the first member creates it. */
  async createGroup(members: readonly Person[], title: string): Promise<string> {
    const participant_ids = members.map((person) => person.id);
    const body = { type: "group", title, participant_ids };
    const { id } = await this.call<{ id: string }>("POST", "/v1/conversations", members[0] as Person, body);
    return id;
  }

  /** One API call that must succeed; answers `data`. */
  async call<Data>(method: string, path: string, person: Person, body?: unknown): Promise<Data> {
    const answer = await fetch(new URL(path, this.process.url), {
      method,
      headers: { Authorization: `Bearer ${person.token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}\n${this.process.lastWords()}`);
    }
    return (JSON.parse(text) as { data: Data }).data;
  }

  /** SIGTERM; throws when the server does not end with 0, as one that lost its footing would. */
  async stop(): Promise<void> {
    const code = await this.process.stop();
    if (code !== 0) throw new Error(`the server ended with ${code} on SIGTERM:\n${this.process.lastWords()}`);
  }
}
