import { Server as Engine, type WebSocketData } from "@socket.io/bun-engine";
import type { Server as BunServer, ServerWebSocket, WebSocketHandler } from "bun";
import { type Namespace, Server, type Socket } from "socket.io";
import type { RequestsTrail } from "../../features/audit/index.ts";
import type { Sessions } from "../../features/identity/index.ts";
import type { ChatMessages } from "../../features/messages/index.ts";
import type { Profiles } from "../../features/people/index.ts";
import { now } from "../../platform/clock.ts";
import { AppError, unauthorized } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import { asAppError, logFailure } from "../../platform/http/envelope.ts";
import type { RateGate } from "../../platform/http/rate-gate.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import { type RateLimits, tooMany } from "../../platform/rate-limits/rate-limits.ts";
import { closeCodes } from "../../platform/realtime/close-codes.ts";
import { Connection, joinsByItself } from "../../platform/realtime/connection.ts";
import {
  protocolAnswer,
  refusal,
  requestFault,
  withBoundedBody,
} from "../../platform/socketio/engine-requests.ts";
import { PublishAdapter } from "../../platform/socketio/publish-adapter.ts";
import { noteRefusedFrame, type RefusedFrame } from "./refused-frames.ts";
import { SocketIoAdmission } from "./socketio-admission.ts";
import {
  type ChatSocketData,
  type CommandDependencies,
  chatCommands,
  chatOf,
  joinRoom,
  leaveRoom,
  roomOf,
} from "./socketio-commands.ts";
import { fanOutToRooms } from "./socketio-fan-out.ts";
import { socketPeer } from "./socketio-peer.ts";

const socketIoPath = "/socket.io/";

/** What a client asks by a WebSocket that it would change to. */
const probe = "2probe";

interface Dependencies extends CommandDependencies {
  events: Events;
  log: Log;
  sessions: Sessions;
  profiles: Profiles;
  chatMessages: ChatMessages;
  requestsTrail: RequestsTrail;
  rateGate: RateGate;
  rates: RateLimits;
  limitConnections: boolean;
  /** Whether pages of this origin may use the server. */
  isKnownOrigin(origin: string): boolean;
}

/** Socket.IO on the server's own port: handshake, rooms, acknowledgements, recovery. */
export class SocketIoSurface {
  readonly #deps: Dependencies;
  readonly #engine: Engine;
  readonly #io: Server;
  readonly #adapter: PublishAdapter;
  readonly #admission: SocketIoAdmission;
  readonly #commands: ReturnType<typeof chatCommands>;
  readonly #sockets = new Map<string, Set<Socket>>();
  readonly #probed = new WeakSet<object>();
  #isPaused = false;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#commands = chatCommands(deps);
    this.#engine = new Engine({
      path: socketIoPath,
      maxHttpBufferSize: limits.frameBytes,
      pingInterval: limits.pingMs - 5_000,
      pingTimeout: limits.silentPeerMs - limits.pingMs,
      editResponseHeaders: (headers, request) => this.#allowOrigin(headers, request),
    });
    const options = {
      publish: (topic: string, text: string) => deps.hub.publishToTopic(topic, text),
      admit: (data: unknown, rooms: string[]) => this.#admission.admitAgain(data as ChatSocketData, rooms),
      farewell: (data: unknown, room: string) => farewell(data as ChatSocketData, chatOf(room)),
    };
    this.#io = new Server({
      serveClient: false,
      adapter: class extends PublishAdapter {
        constructor(namespace: Namespace) {
          super(namespace, options);
        }
      },
      connectTimeout: limits.handshakeMs,
      connectionStateRecovery: { maxDisconnectionDuration: limits.recoveryMs, skipMiddlewares: false },
    });
    this.#io.bind(this.#engine);
    const namespace = this.#io.of("/");
    this.#adapter = namespace.adapter as PublishAdapter;
    this.#admission = new SocketIoAdmission(deps, this.#engine, namespace, this.#adapter);
    namespace.use((socket, next) => this.#enter(socket, next));
    namespace.on("connection", (socket) => this.#connected(socket));
    fanOutToRooms({
      ...deps,
      adapter: this.#adapter,
      isOf: (socket, userId) => dataOf(socket).actor.userId === userId,
      expel: (userId, chatId) => {
        for (const socket of this.#sockets.get(userId) ?? []) leaveRoom(deps, socket, dataOf(socket), chatId);
      },
    });
  }

  /** Takes a request under `socketIoPath`; undefined once it is upgraded. */
  async handle(
    request: Request,
    server: BunServer<WebSocketData>,
    caller: Caller,
  ): Promise<Response | undefined> {
    const origin = request.headers.get("origin");
    if (this.#isPaused) return refusal(503, "The server is stopping. Connect again in a moment.");
    if (origin !== null && !this.#deps.isKnownOrigin(origin))
      return refusal(403, "Pages of this origin may not connect: see PARLEY_CORS_ORIGINS.");
    if (request.method === "OPTIONS") return preflight(origin);
    const fault = requestFault(request);
    if (fault !== null) return fault;
    const bounded = await withBoundedBody(request);
    if (bounded === null) return refusal(413, `At most ${limits.frameBytes / 1024} KiB at a time.`);
    this.#admission.remember(bounded.request, caller);
    return protocolAnswer(bounded, await this.#engine.handleRequest(bounded.request, server));
  }

  #allowOrigin(headers: Headers, request: Request): void {
    for (const [name, value] of originHeaders(request.headers.get("origin"))) headers.set(name, value);
    headers.set("cache-control", "no-store");
  }

  /**
   * What Bun's server calls for sockets that the engine has upgraded. A bad packet costs its sender the connection.
   */
  get handler(): Required<Pick<WebSocketHandler<WebSocketData>, "open" | "message" | "close">> {
    return {
      open: (socket) => this.#engine.onWebSocketOpen(socket),
      message: (socket, data) => {
        if (data === probe && this.#isProbedAgain(socket)) {
          socket.close(1002, "probed twice");
          return;
        }
        try {
          this.#engine.onWebSocketMessage(socket, data);
        } catch (error) {
          this.#deps.log.debug("a Socket.IO packet was not understood", { error });
          socket.close(1003, "not a Socket.IO packet");
        }
      },
      close: (socket, code, reason) => this.#engine.onWebSocketClose(socket, code, reason),
    };
  }

  /** The engine would begin another timer with each probe, and end the last of them alone. */
  #isProbedAgain({ data: { transport } }: ServerWebSocket<WebSocketData>): boolean {
    const isAgain = this.#probed.has(transport);
    this.#probed.add(transport);
    return isAgain;
  }

  /** Called every few seconds. */
  trim(): void {
    this.#adapter.trim();
  }

  /** From now on nothing is taken any more. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Lets go of every connection, also of those that have not said who they are. Clients come back by themselves. */
  stop(): void {
    this.#engine.close();
  }

  /** Middleware, with the engine's connection open and the packet's credentials checked. */
  #enter(socket: Socket, next: (error?: Error) => void): void {
    const { hub, limitConnections } = this.#deps;
    const admitted = this.#admission.outcomeOf(socket);
    if (admitted instanceof AppError) {
      this.#noteRefused(socket, admitted, { type: "connect", actor: null, given: null });
      next(connectError(admitted));
      return;
    }
    if (limitConnections && hub.countOf(admitted.userId) >= limits.connectionsPerUser) {
      const refusal = tooMany(10_000);
      this.#noteRefused(socket, refusal, { type: "connect", actor: admitted, given: null });
      next(connectError(refusal));
      return;
    }
    const connection = new Connection(admitted, joinsByItself);
    // The engine pings its own.
    connection.heardAt = Number.POSITIVE_INFINITY;
    connection.open(socketPeer(socket));
    hub.add(connection);
    socket.data = { actor: admitted, connection } satisfies ChatSocketData;
    this.#forgetWithItsConnection(socket, connection);
    next();
  }

  #forgetWithItsConnection(socket: Socket, connection: Connection): void {
    let isClean = false;
    let isGone = false;
    const forget = () => {
      if (isGone) return;
      isGone = true;
      connection.closed();
      const ofUser = this.#sockets.get(connection.actor.userId);
      ofUser?.delete(socket);
      if (ofUser?.size === 0) this.#sockets.delete(connection.actor.userId);
      this.#adapter.disconnected(socket);
      this.#deps.hub.remove(connection, isClean);
    };
    socket.on("disconnect", (reason) => {
      isClean = reason === "client namespace disconnect" || reason === "server namespace disconnect";
      forget();
    });
    socket.conn.on("close", forget);
  }

  #connected(socket: Socket): void {
    const { hub } = this.#deps;
    const { actor, connection } = dataOf(socket);
    const ofUser = this.#sockets.get(actor.userId);
    if (ofUser === undefined) this.#sockets.set(actor.userId, new Set([socket]));
    else ofUser.add(socket);
    hub.announce(connection);
    socket.onAny((event: string, ...rest: unknown[]) => this.#receive(socket, event, rest));
    const rooms = [...socket.rooms].filter((room) => room !== socket.id);
    this.#adapter.connected(socket, { userId: actor.userId, serverTime: new Date(now()).toISOString() });
    for (const room of rooms) void this.#hearAgain(socket, chatOf(room));
    // A session that ended while its socket came in was not there to be closed.
    this.#deps.sessions.requireLive(actor.sessionId).catch(() => connection.close(closeCodes.sessionEnded));
  }

  /** A room that a client came back to, if its user is still in it. */
  async #hearAgain(socket: Socket, chatId: string): Promise<void> {
    await joinRoom(this.#deps, socket, dataOf(socket), chatId).catch(() => {
      void socket.leave(roomOf(chatId));
      socket.emit(...farewell(dataOf(socket), chatId));
    });
  }

  #receive(socket: Socket, event: string, rest: unknown[]): void {
    const acknowledge = rest.at(-1);
    const answer =
      typeof acknowledge === "function" ? (result: object) => acknowledge(result) : () => undefined;
    this.#carryOut(socket, event, rest[0]).then(
      () => answer({ ok: true }),
      (thrown: unknown) => {
        const error = asAppError(thrown);
        logFailure(this.#deps.log, "a Socket.IO event failed", thrown, { name: event });
        this.#noteRefused(socket, error, { type: event, actor: dataOf(socket).actor, given: rest });
        const { code, message, retryAfter } = error;
        answer({
          ok: false,
          error: { code, message, ...(retryAfter === undefined ? {} : { retryAfter }) },
        });
      },
    );
  }

  #noteRefused(
    socket: Socket,
    error: AppError,
    refused: Pick<RefusedFrame, "type" | "actor" | "given">,
  ): void {
    const caller = this.#admission.callerOf(socket);
    if (caller === undefined) return;
    noteRefusedFrame(this.#deps.requestsTrail, error, { ...refused, endpoint: socketIoPath, caller });
  }

  async #carryOut(socket: Socket, event: string, argument: unknown): Promise<void> {
    const data = dataOf(socket);
    const command = this.#commands.get(event);
    if (command === undefined || this.#isPaused)
      throw new AppError("VALIDATION_ERROR", "This event is not one that the server takes.");
    const waitMs = await this.#deps.rates.take("user", data.actor.userId);
    if (waitMs > 0) throw tooMany(waitMs);
    // The session is asked at each command, as at any request.
    const actor: Actor = await this.#deps.sessions
      .requireLive(data.actor.sessionId)
      .catch((error: unknown) => {
        data.connection.close(closeCodes.sessionEnded);
        throw error;
      });
    await command(socket, { ...data, actor }, argument);
  }
}

function dataOf(socket: Socket): ChatSocketData {
  return socket.data as ChatSocketData;
}

/** What those who were removed while they were away could not hear when it was told. */
function farewell({ actor }: ChatSocketData, chatId: string): [event: string, payload: object] {
  return ["participant-removed", { chatId, participantId: actor.userId }];
}

/** What `connect_error` shows: the code as its message, and what a person should know beside it. */
function connectError(error: AppError): Error {
  const { code, message, retryAfter } = error;
  const shown = code === "RATE_LIMIT_EXCEEDED" ? code : unauthorized().code;
  return Object.assign(new Error(shown), {
    data: { code, message, ...(retryAfter === undefined ? {} : { retry_after: retryAfter }) },
  });
}

function originHeaders(origin: string | null): [string, string][] {
  if (origin === null) return [];
  return [
    ["access-control-allow-origin", origin],
    ["vary", "Origin"],
  ];
}

function preflight(origin: string | null): Response {
  const headers = new Headers(originHeaders(origin));
  headers.set("access-control-allow-methods", "GET, POST");
  headers.set("access-control-allow-headers", "Authorization, Content-Type");
  headers.set("access-control-max-age", "600");
  return new Response(null, { status: 204, headers });
}
