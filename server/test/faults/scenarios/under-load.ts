import { type ApiAnswer, call, type Endpoint, postMessage } from "../load/chat-api.ts";
import type { ChatLoad, LoadOptions } from "../load/chat-load.ts";
import { type Ground, observerOf } from "../load/ground.ts";
import { asObject } from "../load/json-reading.ts";
import type { ServerOptions, ServerProcess } from "../machine/server-process.ts";
import type { Round } from "./scenario.ts";

export interface UnderLoad {
  ground: Ground;
  endpoint: Endpoint;
  server: ServerProcess;
  load: ChatLoad;
}

interface UnderLoadOptions {
  /** The data folder's ground; a fresh copy below the round's folder when not given. */
  ground?: Ground;
  server?: Partial<Omit<ServerOptions, "cleanup">>;
  load?: Partial<LoadOptions>;
}

/** A server on the ground with a load on it that has begun to send. */
export async function startUnderLoad(round: Round, options: UnderLoadOptions = {}): Promise<UnderLoad> {
  const ground = options.ground ?? round.copyGround();
  const server = await round.startServer({ dataDir: ground.dataDir, ...options.server });
  const endpoint: Endpoint = { url: server.url };
  const load = round.makeLoad(ground, endpoint, options.load);
  await load.start();
  return { ground, endpoint, server, load };
}

/** What `GET /health` calls the server's state: `ok`, `degraded`, or why there is no answer. */
export async function healthOf(endpoint: Endpoint): Promise<string> {
  try {
    const { body, data } = await call(endpoint, "GET", "/health", { timeoutMs: 2_000 });
    return String(data.status ?? body.status ?? asObject(asObject(body.error).details).status);
  } catch (failure) {
    return String(failure);
  }
}

/** One send beside the load, to see whether writes are taken just now. Its text carries no key. */
export function probe(run: Pick<UnderLoad, "endpoint" | "ground">): Promise<ApiAnswer> {
  const [conversation] = run.ground.conversations;
  if (!conversation) throw new Error("a ground without conversations");
  const key = `probe-${crypto.randomUUID()}`;
  return postMessage(run.endpoint, observerOf(run.ground), {
    conversationId: conversation.id,
    key,
    content: "probe",
  });
}
