import type { Namespace, Socket } from "socket.io";
import { z } from "zod";
import type { Memberships } from "../../features/conversations/index.ts";
import type { Sessions } from "../../features/identity/index.ts";
import type { Profiles } from "../../features/people/index.ts";
import { AppError, unauthorized } from "../../platform/errors.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import type { RateGate } from "../../platform/http/rate-gate.ts";
import { Quota } from "../../platform/rate-limits/rate-limits.ts";
import type { PublishAdapter } from "../../platform/socketio/publish-adapter.ts";
import { type ChatSocketData, chatOf } from "./socketio-commands.ts";

interface Dependencies {
  sessions: Sessions;
  profiles: Profiles;
  memberships: Memberships;
  rateGate: RateGate;
}

/** What a client says of itself in its CONNECT packet. */
const handshakeAuth = z.object({
  token: z.string().max(8_192).optional(),
  ticket: z.string().max(1_024).optional(),
  pid: z.string().max(100).optional(),
  offset: z.string().max(100).optional(),
});

type Credentials = Pick<z.output<typeof handshakeAuth>, "token" | "ticket">;

/** The part of Socket.IO's namespace and client that takes a CONNECT packet; its types leave it out. */
interface Connecting {
  _createSocket(client: ConnectingClient, auth: Record<string, unknown>): Promise<Socket>;
}

interface ConnectingClient {
  conn: object;
}

/** The parts of the engine that tell which request a connection came with. */
interface Handshaking {
  on(event: "connection", listener: (conn: object, request: Request) => void): void;
}

/**
 * Who may connect. Credentials are checked before Socket.IO looks at what a client comes back with: missed packets go
 * only to the user whose they are, while the session lives, and only those of chats that the user is still in.
 */
export class SocketIoAdmission {
  readonly #deps: Dependencies;
  readonly #outcomes = new WeakMap<Socket, Actor | AppError>();
  readonly #requests = new WeakMap<Request, Caller>();
  readonly #callers = new WeakMap<object, Caller>();

  constructor(deps: Dependencies, engine: Handshaking, namespace: Namespace, adapter: PublishAdapter) {
    this.#deps = deps;
    engine.on("connection", (conn, request) => {
      const caller = this.#requests.get(request);
      if (caller !== undefined) this.#callers.set(conn, caller);
    });
    const connecting = namespace as unknown as Connecting;
    const create = connecting._createSocket.bind(namespace);
    connecting._createSocket = async (client, given) => {
      const { pid, offset, ...credentials } = handshakeAuth.safeParse(given).data ?? {};
      const outcome = await this.#identify(credentials, this.#callers.get(client.conn));
      const own = outcome instanceof AppError ? {} : ownPast(outcome, adapter, pid, offset);
      const socket = await create(client, own);
      this.#outcomes.set(socket, outcome);
      return socket;
    };
  }

  /** Where the request of a handshake comes from. */
  remember(request: Request, caller: Caller): void {
    this.#requests.set(request, caller);
  }

  /** Where the connection of this socket comes from. */
  callerOf(socket: Socket): Caller | undefined {
    return this.#callers.get(socket.conn);
  }

  /** Who connects by this socket, or why nobody may. */
  outcomeOf(socket: Socket): Actor | AppError {
    return this.#outcomes.get(socket) ?? unauthorized();
  }

  async #identify(credentials: Credentials, caller: Caller | undefined): Promise<Actor | AppError> {
    const { rateGate, profiles } = this.#deps;
    if (caller === undefined) return unauthorized();
    try {
      const check = () => this.#authenticate(credentials);
      const { actor, refusal } = await rateGate.identify(check, caller, new Quota());
      if (actor === null) return refusal ?? unauthorized("Connect with auth: {token}, or {ticket}.");
      // What the user writes can then be told without reading their name first.
      await profiles.find(actor.organizationId, [actor.userId]);
      return actor;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async #authenticate({ token, ticket }: Credentials): Promise<Actor | null> {
    const { sessions } = this.#deps;
    if (ticket !== undefined) return sessions.redeemTicket(ticket);
    return token === undefined ? null : sessions.authenticate(token.replace(/^Bearer +/i, ""));
  }

  /** Rooms that whoever comes back may still hear; null: their session has ended. */
  async admitAgain({ actor }: ChatSocketData, rooms: string[]): Promise<string[] | null> {
    const { sessions, memberships } = this.#deps;
    // As they are now: a role may have been taken away meanwhile.
    const present = await sessions.requireLive(actor.sessionId).catch(() => null);
    if (present === null) return null;
    const allowed: string[] = [];
    for (const room of rooms) if (await memberships.canEnter(present, chatOf(room))) allowed.push(room);
    return allowed;
  }
}

/** What a client comes back with, if it is the user's own. */
function ownPast(
  actor: Actor,
  adapter: PublishAdapter,
  pid: string | undefined,
  offset: string | undefined,
): Record<string, unknown> {
  if (pid === undefined || offset === undefined) return {};
  const isOwn = adapter.takeOver(pid, (data) => (data as ChatSocketData).actor.userId === actor.userId);
  return isOwn ? { pid, offset } : {};
}
