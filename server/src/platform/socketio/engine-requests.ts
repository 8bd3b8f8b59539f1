import { readBytes } from "../http/body.ts";
import { limits } from "../limits.ts";

/** What Engine.IO's protocol asks of a server and the engine leaves out. */

const separator = "\x1e";
/** Close, pong, message, and bytes in base64: all that a client sends by POST. */
const pushedPacket = /^[134b]/;

/** A request as the engine gets it, with its body read. */
interface BoundedRequest {
  request: Request;
  /** Empty but for a POST. */
  payload: string;
}

/** Null: a body over the size, of which the engine would read whatever comes. */
export async function withBoundedBody(request: Request): Promise<BoundedRequest | null> {
  if (request.method !== "POST") return { request, payload: "" };
  const bytes = await readBytes(request, limits.frameBytes);
  if (bytes === null) return null;
  const bounded = new Request(request.url, { method: "POST", headers: request.headers, body: bytes });
  return { request: bounded, payload: new TextDecoder().decode(bytes) };
}

function isUpgrade(request: Request): boolean {
  return request.headers.has("upgrade");
}

/** What no session begins or goes on with; null: the engine may look at it. */
export function requestFault(request: Request): Response | null {
  if (request.method !== "GET" && request.method !== "POST") return refusal(400, "Bad handshake method", 2);
  const { searchParams: query } = new URL(request.url);
  const isWebSocket = query.get("transport") === "websocket";
  return isWebSocket === isUpgrade(request) || !query.has("transport") ? null : badRequest();
}

/** What the engine has answered, where the protocol says it otherwise; undefined: the connection is upgraded. */
export function protocolAnswer(
  { request, payload }: BoundedRequest,
  response: Response,
): Response | undefined {
  if (isUpgrade(request)) {
    if (response.status === 200) return undefined;
    // An upgrade that Bun does not take is the client's fault.
    return response.status < 500 ? response : badRequest();
  }
  const isUnderstood =
    request.method !== "POST" || payload.split(separator).every((packet) => pushedPacket.test(packet));
  return isUnderstood || !response.ok ? response : badRequest();
}

function badRequest(): Response {
  return refusal(400, "Bad request", 3);
}

/** @param code of the engine's own, where it has one. */
export function refusal(status: number, message: string, code = status): Response {
  return Response.json({ code, message }, { status });
}
