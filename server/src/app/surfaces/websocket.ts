import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { listOwnConversationIds } from "../../features/conversations/index.ts";
import { now } from "../../platform/clock.ts";
import { AppError, unauthorized, validationError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { SurfaceRates } from "../../platform/http/rate-gate.ts";
import type { HttpEnvironment } from "../../platform/http/server.ts";
import { isId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { closeCodes } from "../../platform/realtime/close-codes.ts";
import { Connection, type SocketData } from "../../platform/realtime/connection.ts";
import { bearerOf } from "./credentials.ts";
import type { SocketDependencies } from "./socket-dependencies.ts";
import { SocketSession } from "./socket-session.ts";
import { publishActivity } from "./websocket-fan-out.ts";
import { activityFrame, errorFrame, helloFrame } from "./websocket-frames.ts";

export const socketPaths: readonly string[] = ["/v1/ws/chat", "/api/v1/ws/chat", "/api/v1/ws"];

const upgradeRates: SurfaceRates = { user: ["user"], organization: [] };

type Socket = ServerWebSocket<SocketData>;

/** `/v1/ws/chat`: the upgrade, the life of a socket, and its commands. */
export class SocketSurface {
  readonly #deps: SocketDependencies;
  readonly #sessions = new Map<Connection, SocketSession>();
  #isPaused = false;

  constructor(deps: SocketDependencies) {
    this.#deps = deps;
    const { hub, presence } = deps;
    hub.listen({
      userConnected: (userId, organizationId) => presence.connected(userId, organizationId),
      userDisconnected: (userId, organizationId) => presence.disconnected(userId, organizationId),
      attached: (id, userId) => this.#tellActivity("user_joined", id, userId),
      detached: (id, userId) => this.#tellActivity("user_left", id, userId),
    });
  }

  #tellActivity(type: "user_joined" | "user_left", conversationId: string, userId: string): void {
    const { hub, presence, blocks } = this.#deps;
    if (presence.isHidden(userId)) return;
    publishActivity(hub, blocks, userId, conversationId, activityFrame(type, conversationId, userId, now()));
  }

  /** From now on frames are left unread: what is not acknowledged, clients send again. */
  pause(): void {
    for (const session of this.#sessions.values()) session.stop();
    this.#isPaused = true;
  }

  /** Closes sockets whose session has run out; one that was ended closes them itself. Called every few seconds. */
  async closeExpired(): Promise<void> {
    const { hub, sessions } = this.#deps;
    for (const connection of [...hub.open]) {
      if (sessions.peek(connection.actor.sessionId) !== null) continue;
      try {
        await sessions.requireLive(connection.actor.sessionId);
      } catch (error) {
        if (!(error instanceof AppError && error.status === 401)) throw error;
        connection.close(closeCodes.sessionEnded);
      }
    }
  }

  /** To every connection of a user that is not attached to a single conversation: what is the user's alone. */
  tellOwner(userId: string, frame: string): void {
    for (const connection of this.#deps.hub.connectionsOf(userId)) {
      if (connection.scope === null) this.#sessions.get(connection)?.tell(frame);
    }
  }

  /** As `tellOwner`, to all users of whom `isMeant` is true. */
  tellThose(isMeant: (actor: Actor) => boolean, frame: string): void {
    for (const [{ actor, scope }, session] of this.#sessions) {
      if (scope === null && isMeant(actor)) session.tell(frame);
    }
  }

  /** To every connection, also one that is attached to a single conversation. */
  tellEveryone(frame: string): void {
    for (const session of this.#sessions.values()) session.tell(frame);
  }

  /** Nothing live is sent to the connection now: it waits for `hello`, `resume` or the end of a replay. */
  isWaiting(connection: Connection): boolean {
    return this.#sessions.get(connection)?.isWaiting === true;
  }

  /**
   * Upgrades the request, or refuses it before the upgrade. It counts as a request; what comes over the socket does
   * not.
   * @returns undefined once upgraded.
   * @throws AppError 400, 401, 403, 404 or 429.
   */
  async upgrade(
    request: Request,
    server: Server<SocketData>,
    { caller, quota, seen }: HttpEnvironment["Variables"],
  ): Promise<undefined> {
    const url = new URL(request.url);
    const offered = (request.headers.get("sec-websocket-protocol") ?? "")
      .split(",")
      .map((word) => word.trim());
    const { rateGate } = this.#deps;
    const check = () => this.#authenticate(request.headers, url.searchParams, offered);
    const { actor, refusal } = await rateGate.identify(check, caller, quota);
    if (actor === null) throw refusal ?? unauthorized();
    seen.actor = actor;
    seen.given = [url.searchParams.get("conversation_id")];
    await rateGate.admit(actor, upgradeRates, [], quota);
    requireHandshake(request.headers);
    const scope = await this.#readScope(actor, url.searchParams.get("conversation_id"));
    const { hub, limitConnections } = this.#deps;
    if (limitConnections && hub.countOf(actor.userId) >= limits.connectionsPerUser) {
      const message = `At most ${limits.connectionsPerUser} connections at a time. Close one first.`;
      throw new AppError("RATE_LIMIT_EXCEEDED", message, { retryAfter: 10 });
    }
    const connection = new Connection(actor, scope);
    const waits = url.searchParams.get("resume") === "true";
    this.#sessions.set(connection, new SocketSession(this.#deps, connection, caller, waits));
    hub.add(connection);
    const headers = offered.includes("bearer") ? { "sec-websocket-protocol": "bearer" } : {};
    if (server.upgrade(request, { data: { connection }, headers })) return undefined;
    this.#sessions.delete(connection);
    hub.remove(connection, true);
    throw validationError({ path: "Upgrade", message: "could not be carried out" });
  }

  async #authenticate(headers: Headers, query: URLSearchParams, offered: string[]): Promise<Actor | null> {
    const ticket = query.get("ticket");
    if (ticket !== null) return this.#deps.sessions.redeemTicket(ticket);
    const at = offered.indexOf("bearer");
    const token = bearerOf(headers) ?? (at === -1 ? undefined : offered[at + 1]);
    if (query.has("token") || query.has("access_token")) {
      throw unauthorized(
        "A token does not belong in a URL. Send it in the Authorization header, or take a ticket.",
      );
    }
    return token === undefined ? null : this.#deps.sessions.authenticate(token);
  }

  async #readScope(actor: Actor, conversationId: string | null): Promise<string | null> {
    if (conversationId === null) return null;
    if (!isId(conversationId))
      throw validationError({ path: "conversation_id", message: "must be an id (a UUID)" });
    const id = conversationId.toLowerCase();
    await this.#deps.memberships.require(actor, id);
    return id;
  }

  /** What Bun's server calls. */
  get handler(): WebSocketHandler<SocketData> {
    return {
      maxPayloadLength: limits.frameBytes,
      // Our own sweep closes slow readers at 1 MiB with a code; this bounds what one moment can pile up.
      backpressureLimit: 8 * limits.readerBufferBytes,
      closeOnBackpressureLimit: true,
      // Our own sweep pings and drops silent peers, at its own times (`limits.ts`).
      idleTimeout: (2 * limits.silentPeerMs) / 1000,
      sendPings: false,
      perMessageDeflate: false,
      open: (socket) => void this.#open(socket),
      message: (socket, data) => this.#receive(socket, data),
      drain: ({ data }) => data.connection.drain(),
      pong: ({ data }) => {
        data.connection.heardAt = performance.now();
      },
      ping: ({ data }) => {
        data.connection.heardAt = performance.now();
      },
      close: (socket, code) => this.#close(socket, code),
    };
  }

  async #open(socket: Socket): Promise<void> {
    const { connection } = socket.data;
    const { database, epoch, hub, log } = this.#deps;
    connection.open(socket);
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    const { actor, scope } = connection;
    try {
      // A session that ended between the upgrade and now was not there to be closed.
      await this.#deps.sessions.requireLive(actor.sessionId);
      const ids =
        scope === null
          ? (await listOwnConversationIds(database.query, actor.organizationId, actor.userId)).map(
              (row) => row.conversation_id,
            )
          : [scope];
      connection.send(helloFrame(actor.sessionId, actor.userId, epoch, now()));
      for (const id of ids) hub.attach(connection, id, session.waitsForResume);
      hub.announce(connection);
      if (!this.#isPaused) session.start();
    } catch (error) {
      if (!(error instanceof AppError)) log.error("a socket could not be opened", { error });
      const ended = error instanceof AppError && error.status === 401;
      connection.close(ended ? closeCodes.sessionEnded : closeCodes.restarting);
    }
  }

  #receive({ data: { connection } }: Socket, data: string | Buffer): void {
    connection.heardAt = performance.now();
    const session = this.#sessions.get(connection);
    if (typeof data === "string") session?.receive(data);
    else {
      const error = validationError({
        path: "frame",
        message: "must be JSON text; binary frames are not taken",
      });
      connection.send(errorFrame(error, null));
    }
  }

  #close({ data: { connection } }: Socket, code: number): void {
    connection.closed();
    this.#sessions.get(connection)?.stop();
    this.#sessions.delete(connection);
    // Bun tells 1006 when the peer vanished; everything else is a word of one of the two sides.
    const isLost = code === 1006 || code === closeCodes.tooSlow.code;
    this.#deps.hub.remove(connection, !isLost);
  }
}

/** RFC 6455 section 4.2.1, where Bun is laxer. @throws AppError VALIDATION_ERROR. */
function requireHandshake(headers: Headers): void {
  const words = (name: string) => (headers.get(name) ?? "").toLowerCase().split(/\s*,\s*/);
  const fault = (path: string, message: string) => validationError({ path, message });
  if (!words("upgrade").includes("websocket"))
    throw fault("Upgrade", "must be websocket: this path speaks WebSocket only");
  if (!words("connection").includes("upgrade")) throw fault("Connection", "must be Upgrade");
  if (headers.get("sec-websocket-version") !== "13") throw fault("Sec-WebSocket-Version", "must be 13");
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    throw fault("Sec-WebSocket-Key", "must be 16 bytes in base64");
  }
}
