import type { Server } from "bun";
import { uptime } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import { AppError } from "../platform/errors.ts";
import { asAppError, failureBody } from "../platform/http/envelope.ts";
import type { HttpApp, RequestBindings } from "../platform/http/server.ts";
import { newId } from "../platform/ids.ts";
import { limits } from "../platform/limits.ts";
import type { Log } from "../platform/log.ts";
import type { SocketData } from "../platform/realtime/connection.ts";
import { type SocketSurface, socketPaths } from "./surfaces/websocket.ts";

export type Listening = Server<SocketData>;

/** Takes connections: HTTP and WebSocket on one port. */
export function listen(config: Config, log: Log, sockets: SocketSurface, http: HttpApp): Listening {
  const server = Bun.serve<SocketData>({
    port: config.port,
    hostname: config.host,
    idleTimeout: Math.ceil(limits.requestMs / 1000) + 5,
    // Every reader of a body has a limit of its own and says so; this one cannot.
    maxRequestBodySize: 4 * (config.fileMax + limits.bodyBytes),
    websocket: sockets.handler,
    async fetch(request, listening) {
      const bindings: RequestBindings = {
        ip: listening.requestIP(request)?.address ?? null,
        isUpgraded: false,
      };
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

function mountSockets(http: HttpApp, sockets: SocketSurface, server: Listening): void {
  for (const path of socketPaths) {
    http.get(path, async (c) => {
      await sockets.upgrade(c.req.raw, server, c.var.caller, c.var.quota);
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
