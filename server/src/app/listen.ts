import type { WebSocketData } from "@socket.io/bun-engine";
import type { Server, ServerWebSocket, WebSocketHandler } from "bun";
import { uptime } from "../platform/clock.ts";
import { type Config, isHttps } from "../platform/config.ts";
import { AppError } from "../platform/errors.ts";
import { type ClientAddresses, networkOf } from "../platform/http/client-address.ts";
import { asAppError, failureBody } from "../platform/http/envelope.ts";
import type { HttpApp, RequestBindings } from "../platform/http/server.ts";
import { requestIdOf, setStandardHeaders } from "../platform/http/standard-headers.ts";
import { Turns } from "../platform/http/turns.ts";
import { newId } from "../platform/ids.ts";
import { limits } from "../platform/limits.ts";
import type { Log } from "../platform/log.ts";
import type { SocketData } from "../platform/realtime/connection.ts";
import type { SocketIoSurface } from "./surfaces/socketio.ts";
import { type SocketSurface, socketPaths } from "./surfaces/websocket.ts";

export type Listening = Server<PortData>;

/** What sockets of this port carry: those of the chat WebSocket, or those of Socket.IO's engine. */
type PortData = SocketData | WebSocketData;

export interface Surfaces {
  http: HttpApp;
  sockets: SocketSurface;
  socketIo: SocketIoSurface;
  addresses: ClientAddresses;
}

/** Takes connections: HTTP and WebSocket on one port. */
export function listen(config: Config, log: Log, surfaces: Surfaces): Listening {
  const { http, sockets } = surfaces;
  const turns = new Turns();
  const https = isHttps(config.publicUrl);
  const server = Bun.serve<PortData>({
    port: config.port,
    hostname: config.host,
    idleTimeout: Math.ceil(limits.requestMs / 1000) + 5,
    // Every reader of a body has a limit of its own and says so; this one would answer without the envelope, and does
    // not hold for chunked bodies. What nobody reads is not kept.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    websocket: bothHandlers(surfaces),
    async fetch(request, listening) {
      if (isSocketIo(request.url)) return handleSocketIo(surfaces, request, listening, https);
      const turn = turns.hasRoom() || beginsAtOnce(request) ? null : turns.wait();
      const { number } = turns;
      const bindings: RequestBindings = {
        ip: listening.requestIP(request)?.address ?? null,
        isUpgraded: false,
        isLate: () => turns.number !== number,
      };
      if (turn !== null) await turn;
      const response = await http.fetch(request, bindings);
      return bindings.isUpgraded ? undefined : response;
    },
    error(error) {
      log.error("the server failed", { error });
      return new Response(failureBody(asAppError(error), newId()), { status: 500 });
    },
  });
  mountSockets(http, sockets, server);
  return server;
}

const probeUrl = /^[^/]*\/\/[^/]+\/(health|ready)$/;

/**
 * Sockets do: a thousand that come back would only wait for each other. So do an operator's probes, which ask whether
 * the process answers, not how many others ask it something.
 */
function beginsAtOnce(request: Request): boolean {
  return request.headers.has("upgrade") || probeUrl.test(request.url);
}

const socketIoUrl = /^[^/]*\/\/[^/]+\/socket\.io\/?(\?|$)/;

function isSocketIo(url: string): boolean {
  return socketIoUrl.test(url);
}

async function handleSocketIo(
  { socketIo, addresses }: Surfaces,
  request: Request,
  server: Listening,
  https: boolean,
): Promise<Response | undefined> {
  const peer = server.requestIP(request)?.address ?? null;
  const ip = addresses.of(peer, request.headers.get("x-forwarded-for"));
  const userAgent = request.headers.get("user-agent")?.slice(0, 400) ?? null;
  const requestId = requestIdOf(request.headers, newId);
  const caller = { requestId, ip, network: networkOf(ip), userAgent };
  // Polls wait for longer than other requests may be silent.
  server.timeout(request, limits.silentPeerMs / 1000);
  const response = await socketIo.handle(request, server as Server<WebSocketData>, caller);
  if (response !== undefined) setStandardHeaders(response.headers, requestId, https);
  return response;
}

/** One set of handlers a port: each socket is told from what it carries. */
function bothHandlers({ sockets, socketIo }: Surfaces): WebSocketHandler<PortData> {
  const ours = sockets.handler;
  const theirs = socketIo.handler;
  type Ours = ServerWebSocket<SocketData>;
  type Theirs = ServerWebSocket<WebSocketData>;
  const isOurs = (socket: ServerWebSocket<PortData>): socket is Ours => "connection" in socket.data;
  return {
    ...ours,
    open: (socket) => (isOurs(socket) ? ours.open?.(socket) : theirs.open(socket as Theirs)),
    message: (socket, data) =>
      isOurs(socket) ? ours.message?.(socket, data) : theirs.message(socket as Theirs, data),
    close: (socket, code, reason) =>
      isOurs(socket) ? ours.close?.(socket, code, reason) : theirs.close(socket as Theirs, code, reason),
    drain: (socket) => (isOurs(socket) ? ours.drain?.(socket) : undefined),
    ping: (socket, data) => (isOurs(socket) ? ours.ping?.(socket, data) : undefined),
    pong: (socket, data) => (isOurs(socket) ? ours.pong?.(socket, data) : undefined),
  };
}

function mountSockets(http: HttpApp, sockets: SocketSurface, server: Listening): void {
  for (const path of socketPaths) {
    http.get(path, async (c) => {
      c.get("seen").endpoint = path;
      await sockets.upgrade(c.req.raw, server as Server<SocketData>, c.var);
      c.env.isUpgraded = true;
      return new Response(null);
    });
    http.all(path, () => {
      throw new AppError("METHOD_NOT_ALLOWED", "This path takes GET.", { headers: { allow: "GET" } });
    });
  }
}

/** Resolves once the last request is answered and the last socket closed, or after `limits.drainMs`. */
export async function drained(server: Listening): Promise<void> {
  const deadline = uptime() + limits.drainMs;
  while (server.pendingRequests + server.pendingWebSockets > 0 && uptime() < deadline) await Bun.sleep(10);
}

/** Waits for what should end by itself, but not for ever: the process has to end too. */
export async function withinDrainTime(work: Promise<void>): Promise<void> {
  await Promise.race([work, Bun.sleep(limits.drainMs / 2)]);
}

export function urlOf(server: Listening): string {
  const host = server.hostname ?? "127.0.0.1";
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${server.port}`;
}
