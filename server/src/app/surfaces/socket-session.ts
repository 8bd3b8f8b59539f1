import type { z } from "zod";
import { markCommand, typingCommand } from "../../features/conversations/conversations.commands.ts";
import { chatCommand, type MessageRow, resumeCommand } from "../../features/messages/index.ts";
import { requireWriter } from "../../features/organizations/index.ts";
import { presenceReport } from "../../features/people/people.schema.ts";
import { now } from "../../platform/clock.ts";
import { AppError, validationError } from "../../platform/errors.ts";
import { type Caller, requireScope } from "../../platform/http/actor.ts";
import { parseShallow, requireStorable } from "../../platform/http/body.ts";
import { asAppError, logFailure } from "../../platform/http/envelope.ts";
import { zodFaults } from "../../platform/http/server.ts";
import { limits } from "../../platform/limits.ts";
import { tooMany } from "../../platform/rate-limits/rate-limits.ts";
import { closeCodes } from "../../platform/realtime/close-codes.ts";
import type { Connection } from "../../platform/realtime/connection.ts";
import { aiReplayFrames } from "./ai-frames.ts";
import { noteRefusedFrame } from "./refused-frames.ts";
import type { SocketDependencies } from "./socket-dependencies.ts";
import * as frames from "./websocket-frames.ts";

/** A frame of which only the type is known. */
interface Command {
  type: string;
  [field: string]: unknown;
}

/** What an API key may do that only reads. */
const readingCommands: ReadonlySet<string> = new Set(["resume", "ping"]);

const socketEndpoint = "/v1/ws/chat";
/** Frames that arrive before the socket is ready; more than this is a flood. */
const earlyFramesAtMost = 1_000;
const refusalsAtMost = 100;
const refusalWindowMs = 60_000;
/** A replay waits for a slow reader, since nobody else waits for the replay. */
const replayBufferBytes = limits.readerBufferBytes / 4;
/** How long frames that another PostgreSQL connection has just committed may still be on their way here. */
const postgresLagMs = 2_000;

/** The commands of one socket, carried out in the order in which they came. */
export class SocketSession {
  readonly #deps: SocketDependencies;
  readonly #connection: Connection;
  readonly #caller: Caller;
  #isReady = false;
  #resumeTimer: ReturnType<typeof setTimeout> | null = null;
  #waitsForResume: boolean;
  /** Frames of the owner's own things that wait: for `hello`, for `resume`, for the end of a replay. Null: none do. */
  #heldFrames: string[] | null;
  #heldCharacters = 0;
  /** What must be finished before the next command; null: nothing. */
  #ahead: Promise<void> | null = null;
  #early: string[] | null = null;
  #refusals = 0;
  #refusalsSince = performance.now();

  constructor(deps: SocketDependencies, connection: Connection, caller: Caller, waitsForResume: boolean) {
    this.#deps = deps;
    this.#connection = connection;
    this.#caller = caller;
    this.#waitsForResume = waitsForResume;
    this.#heldFrames = [];
  }

  /** Live frames wait until the client has resumed, ten seconds at most. */
  get waitsForResume(): boolean {
    return this.#waitsForResume;
  }

  /** Nothing live may be sent now. */
  get isWaiting(): boolean {
    return this.#heldFrames !== null;
  }

  /** What is its owner's alone comes here; behind what waits, in the order of the calls. */
  tell(frame: string): void {
    if (this.#heldFrames === null) {
      this.#deps.hub.publishTo(this.#connection, frame);
      return;
    }
    this.#heldFrames.push(frame);
    this.#heldCharacters += frame.length;
    if (this.#heldCharacters > limits.readerBufferBytes) this.#connection.close(closeCodes.tooSlow);
  }

  /** From now on everything is live; first what waited, each conversation's frames in their order. */
  #release(): void {
    this.#waitsForResume = false;
    for (const id of this.#connection.conversations) this.#deps.hub.releaseIfWaiting(this.#connection, id);
    const held = this.#heldFrames ?? [];
    this.#heldFrames = null;
    this.#heldCharacters = 0;
    for (const frame of held) this.tell(frame);
  }

  /** `hello` is sent and the connection hears its conversations: commands may run. */
  start(): void {
    this.#isReady = true;
    if (!this.#waitsForResume) this.#release();
    else this.#resumeTimer = setTimeout(() => this.#release(), limits.resumeWaitMs).unref();
    const early = this.#early ?? [];
    this.#early = null;
    for (const text of early) this.receive(text);
  }

  stop(): void {
    this.#isReady = false;
    this.#early = null;
    if (this.#resumeTimer !== null) clearTimeout(this.#resumeTimer);
  }

  /** Takes one text frame. A frame that is refused is answered by an `error`; the socket lives. */
  receive(text: string): void {
    if (!this.#isReady) {
      this.#early ??= [];
      if (this.#early.length < earlyFramesAtMost) this.#early.push(text);
      return;
    }
    const next = this.#ahead === null ? this.#run(text) : this.#ahead.then(() => this.#run(text));
    if (next === undefined) return;
    this.#ahead = next;
    void next.then(() => {
      if (this.#ahead === next) this.#ahead = null;
    });
  }

  #run(text: string): Promise<void> | undefined {
    let command: Command | null = null;
    try {
      const read = readCommand(parseShallow(text));
      command = read;
      requireStorable(read);
      return this.#carryOut(read)?.catch((error: unknown) => this.#refuse(error, read));
    } catch (error) {
      this.#refuse(error, command);
      return undefined;
    }
  }

  #carryOut(command: Command): Promise<void> | undefined {
    const { conversationCommands, presence, sessions, hub } = this.#deps;
    const { actor } = this.#connection;
    const current = sessions.peek(actor.sessionId);
    if (current === null) return this.#againWhenLive(command);
    if (!readingCommands.has(command.type)) requireScope(actor, "write");
    switch (command.type) {
      case "chat":
        requireWriter(current);
        return this.#chat(command);
      case "typing":
        return conversationCommands.typing(actor, this.#inScope(parse(typingCommand, command)));
      case "read":
      case "delivered":
        // The mark's commit is nothing that the next command must wait for.
        conversationCommands
          .mark(actor, command.type, this.#inScope(parse(markCommand, command)))
          .catch((error: unknown) => this.#refuse(error, command));
        return undefined;
      case "presence":
        presence.report(actor, parse(presenceReport, command).online);
        return undefined;
      case "resume":
        return this.#resume(parse(resumeCommand, command));
      case "ping":
        hub.publishTo(this.#connection, frames.pongFrame(now()));
        return undefined;
      default:
        throw validationError({ path: "type", message: "is not a command of this socket" });
    }
  }

  /** The session is not in memory: it is asked whether it lives, as at any request. */
  async #againWhenLive(command: Command): Promise<void> {
    try {
      await this.#deps.sessions.requireLive(this.#connection.actor.sessionId);
    } catch (error) {
      if (error instanceof AppError && error.status === 401) {
        this.#connection.close(closeCodes.sessionEnded);
        return;
      }
      throw error;
    }
    await this.#carryOut(command);
  }

  #inScope<Scoped extends { conversation_id: string }>(command: Scoped): Scoped {
    const { scope } = this.#connection;
    if (scope === null || scope === command.conversation_id) return command;
    throw new AppError("FORBIDDEN", "This socket is attached to another conversation.");
  }

  /** @throws AppError RATE_LIMIT_EXCEEDED before anything else is looked at. */
  #chat(command: Command): Promise<void> | undefined {
    const waitMs = this.#deps.rates.take("messages", this.#connection.actor.userId);
    if (typeof waitMs !== "number") return waitMs.then((ms) => this.#chatWithin(ms, command));
    return this.#chatWithin(waitMs, command);
  }

  #chatWithin(waitMs: number, command: Command): Promise<void> | undefined {
    if (waitMs > 0) throw tooMany(waitMs);
    const { messageCommands, hub } = this.#deps;
    const parsed = this.#inScope(parse(chatCommand, command));
    const clientMessageId = parsed.client_message_id ?? null;
    const acknowledge = (message: MessageRow) =>
      hub.publishTo(this.#connection, frames.ackFrame(message, clientMessageId));
    return messageCommands.chat(this.#connection.actor, parsed, {
      stored: acknowledge,
      repeated: acknowledge,
      refused: (error) => this.#refuse(error, command),
    });
  }

  /** @param command null: the frame could not be read. */
  #refuse(thrown: unknown, command: Command | null): void {
    const error = asAppError(thrown);
    logFailure(this.#deps.log, "a frame failed", thrown, { type: command?.type });
    const own = command?.client_message_id;
    const clientMessageId = typeof own === "string" ? own.slice(0, 100) : null;
    noteRefusedFrame(this.#deps.requestsTrail, error, {
      endpoint: socketEndpoint,
      type: command?.type ?? "",
      actor: this.#connection.actor,
      caller: this.#caller,
      given: command,
    });
    this.#deps.hub.publishTo(this.#connection, frames.errorFrame(error, clientMessageId));
    const at = performance.now();
    if (at - this.#refusalsSince > refusalWindowMs) {
      this.#refusals = 0;
      this.#refusalsSince = at;
    }
    if (error.status < 500 && ++this.#refusals > refusalsAtMost)
      this.#connection.close(closeCodes.tooManyRefusals);
  }

  /** Replays what the client has missed; live frames of each conversation wait behind its replay. */
  async #resume({ epoch, conversations }: z.output<typeof resumeCommand>): Promise<void> {
    const { hub, database } = this.#deps;
    const connection = this.#connection;
    if (epoch !== this.#deps.epoch) {
      connection.send(frames.resetFrame());
      this.#release();
      return;
    }
    if (this.#resumeTimer !== null) clearTimeout(this.#resumeTimer);
    this.#heldFrames ??= [];
    for (const id of connection.conversations) hub.hold(connection, id);
    try {
      const { resumed, threads, aiResumed } = await this.#collectMissed(
        new Map(Object.entries(conversations)),
      );
      for (const each of resumed) {
        await this.#replay(frames.replayFrames(each));
        await this.#replay((threads.get(each.conversationId) ?? []).map(frames.threadFrame));
      }
      for (const each of aiResumed) await this.#replay(aiReplayFrames(each));
      connection.send(frames.resumedFrame(resumed, aiResumed));
      const lagMs = database.engine === "postgres" ? postgresLagMs : 0;
      for (const each of resumed) {
        if (each.kind !== "gone") hub.release(connection, each.conversationId, each.state.version, lagMs);
      }
    } finally {
      // Conversations that came while the answer was made, and all of them if it failed.
      this.#release();
    }
  }

  /** What is no conversation that one takes part in may be an AI conversation of one's own. */
  async #collectMissed(seen: ReadonlyMap<string, number>) {
    const { resume, followedThreads, aiResume } = this.#deps;
    const { actor, scope } = this.#connection;
    const resumed = await resume.collect(actor, seen, scope);
    const others = new Map(
      resumed.flatMap(({ kind, conversationId }) =>
        kind === "gone" ? [[conversationId, seen.get(conversationId) ?? 0] as const] : [],
      ),
    );
    const aiResumed = scope === null && others.size > 0 ? await aiResume.collect(actor, others) : [];
    const replayed = new Map(
      resumed.flatMap((each) =>
        each.kind === "replay" && each.isKnown ? [[each.conversationId, each.since] as const] : [],
      ),
    );
    // Of a later moment than the rest, which clients can tell: a state of a thread says which reply it counts to.
    const threads = await followedThreads.listChanged(actor.userId, replayed);
    return { resumed, threads, aiResumed };
  }

  async #replay(missed: string[]): Promise<void> {
    for (const frame of missed) {
      if (this.#connection.buffered > replayBufferBytes) await this.#connection.drained();
      this.#connection.send(frame);
    }
  }
}

function readCommand(value: unknown): Command {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const type = isObject ? (value as Command).type : undefined;
  if (typeof type === "string") return value as Command;
  throw validationError({ path: "type", message: "is required: a frame is an object that says what it is" });
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw validationError(...zodFaults(result.error));
}
