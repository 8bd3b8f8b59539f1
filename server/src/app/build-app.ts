import { listOwnConversationIds } from "../features/conversations/index.ts";
import { createLocalBus } from "../platform/bus/local-bus.ts";
import { type Config, isHttps } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { lockFolder } from "../platform/db/folder-lock.ts";
import { readEpoch } from "../platform/db/meta.ts";
import { migrateToLatest } from "../platform/db/migrator.ts";
import { Events } from "../platform/events/events.ts";
import { ClientAddresses } from "../platform/http/client-address.ts";
import { wordFaultsPlainly } from "../platform/http/fault-words.ts";
import { RateGate } from "../platform/http/rate-gate.ts";
import { createHttpApp, type HttpApp, mountRoutes } from "../platform/http/server.ts";
import { newId } from "../platform/ids.ts";
import { createLog, type Log } from "../platform/log.ts";
import { Hub } from "../platform/realtime/hub.ts";
import { buildFeatures, type Features } from "./features.ts";
import { drained, type Listening, listen, urlOf, withinDrainTime } from "./listen.ts";
import { makeDataFolder, openDatabase } from "./open-database.ts";
import { type Job, startSchedule } from "./schedule.ts";
import { loopCheckMs, ServerMetrics } from "./server-metrics.ts";
import { fanOutAi } from "./surfaces/ai-fan-out.ts";
import { isCookieRequest } from "./surfaces/credentials.ts";
import { gateOf } from "./surfaces/gate.ts";
import { mountMetrics } from "./surfaces/metrics.ts";
import { mountOperator } from "./surfaces/operator.ts";
import { builtPages, mountPages } from "./surfaces/pages.ts";
import { mountReference } from "./surfaces/reference.ts";
import { restSurfaces } from "./surfaces/rest.ts";
import { SocketIoSurface } from "./surfaces/socketio.ts";
import { fanOutSupport } from "./surfaces/support-fan-out.ts";
import { SocketSurface } from "./surfaces/websocket.ts";
import { fanOut } from "./surfaces/websocket-fan-out.ts";
import { version } from "./version.ts";

export interface App {
  /** @returns the URL once connections are taken. */
  listen(): Promise<{ url: string }>;
  /** Tells clients to reconnect, finishes what was accepted and closes the database; ten seconds at most. */
  stop(): Promise<void>;
  /** Called when the process must not go on (its disk failed). */
  onFatal(hook: (error: unknown) => void): void;
}

/**
 * Puts everything together: configuration, platform, features, surfaces.
 * @throws DatabaseRefused if the folder or the database cannot be used.
 */
export async function buildApp(config: Config): Promise<App> {
  wordFaultsPlainly();
  makeDataFolder(config);
  const unlock = config.databaseUrl === null ? lockFolder(config.dataDir) : () => undefined;
  let database: Database | null = null;
  try {
    database = await openDatabase(config);
    await migrateToLatest(database.query);
    return await assemble(config, database, unlock);
  } catch (error) {
    await database?.close();
    unlock();
    throw error;
  }
}

async function assemble(config: Config, database: Database, unlock: () => void): Promise<App> {
  const log = createLog(config.logLevel);
  const bus = createLocalBus();
  const events = new Events(bus, log);
  const hub = new Hub();
  const features = await buildFeatures(config, database, events, log);
  await features.assistant.recovery.begin();
  features.watchForNotifications((userId) => hub.isConnected(userId));
  features.admin.watch(() => ({ usersOnline: hub.userCount, connections: hub.openCount }));
  const serverMetrics = new ServerMetrics({ database, events, hub });
  features.admin.tellOf(serverMetrics.metrics);
  const rateGate = new RateGate(features.rates);
  const socketParts = { database, log, events, hub, features, rateGate };
  const sockets = await buildSockets(config, socketParts);
  const socketIo = buildSocketIo(config, socketParts);
  const addresses = new ClientAddresses(config.trustedProxies);
  let server: Listening | null = null;
  let isStopping = false;
  const http = buildHttp(config, {
    database,
    log,
    features,
    serverMetrics,
    rateGate,
    addresses,
    publicUrl: () => config.publicUrl ?? (server === null ? "" : urlOf(server)),
    isStopping: () => isStopping,
  });
  const stopSchedule = startSchedule(upkeep({ ...socketParts, serverMetrics, sockets, socketIo }), log);

  return {
    async listen() {
      const listening = listen(config, log, { http, sockets, socketIo, addresses });
      server = listening;
      features.pages.listensOn(urlOf(listening));
      await features.serveFilesFrom(config.publicUrl ?? urlOf(listening));
      hub.publishThrough({ publish: (topic, frame) => listening.publish(topic, frame) });
      features.searchFollower.start();
      log.info("listening", { url: urlOf(listening), database: database.engine, version });
      return { url: urlOf(listening) };
    },
    async stop() {
      isStopping = true;
      // Without waiting: it resolves only when idle keep-alive connections are gone too.
      void server?.stop();
      sockets.pause();
      socketIo.pause();
      await withinDrainTime(features.settle());
      hub.stop();
      socketIo.stop();
      if (server !== null) await drained(server);
      await withinDrainTime(features.settle());
      void server?.stop(true);
      await withinDrainTime(features.mails.stop());
      await withinDrainTime(stopSchedule());
      await withinDrainTime(features.notifications.stop());
      // Before the database: whoever reads it keeps it from being put into one file.
      features.searchFollower.close();
      features.assistant.tokenizer.close();
      await database.close();
      await bus.close();
      unlock();
      log.info("stopped");
      await log.flush();
    },
    onFatal: (hook) => database.onFatal(hook),
  };
}

interface UpkeepParts extends SocketParts {
  serverMetrics: ServerMetrics;
  sockets: SocketSurface;
  socketIo: SocketIoSurface;
}

/** What is done every so often. */
function upkeep(parts: UpkeepParts): Job[] {
  const { database, log, hub, features, serverMetrics, sockets, socketIo } = parts;
  return [
    { name: "lag of the loop", everyMs: loopCheckMs, run: () => serverMetrics.checkLoop() },
    { name: "database", everyMs: 1_000, run: () => database.maintain() },
    { name: "peers", everyMs: 1_000, run: () => hub.checkPeers() },
    { name: "expired sockets", everyMs: 5_000, run: () => sockets.closeExpired() },
    { name: "Socket.IO recovery", everyMs: 5_000, run: () => socketIo.trim() },
    { name: "files", everyMs: 300_000, run: () => features.files.maintain() },
    { name: "trail of requests", everyMs: 3_600_000, run: () => features.requestsTrail.maintain() },
    { name: "answers", everyMs: 1_000, run: () => features.assistant.recovery.maintain() },
    { name: "notifications", everyMs: 3_600_000, run: () => features.notifications.maintain() },
    {
      name: "expiring keys",
      everyMs: 2_000,
      run: () => features.keyExpiry.tell((userId) => hub.isConnected(userId)),
    },
    { name: "audit head", everyMs: 3_600_000, run: () => noteAuditHead(log, features) },
    { name: "sessions", everyMs: 60_000, run: () => features.sessions.maintain() },
    { name: "reset mails", everyMs: 2_000, run: () => features.recovery.work() },
    { name: "mails", everyMs: 2_000, run: () => features.mails.deliver() },
    { name: "old mails", everyMs: 60_000, run: () => features.mails.maintain() },
    { name: "mailed tokens", everyMs: 60_000, run: () => features.recovery.maintain() },
    { name: "account locks", everyMs: 60_000, run: () => features.lockout.maintain() },
  ];
}

/** In the log, which lies elsewhere, so that a trail whose end was cut off shows; see `audit verify --head`. */
async function noteAuditHead(log: Log, { trail }: Features): Promise<void> {
  const { position, hash } = await trail.head();
  log.info("audit head", { position, hash });
}

interface SocketParts {
  database: Database;
  log: Log;
  events: Events;
  hub: Hub;
  features: Features;
  rateGate: RateGate;
}

async function buildSockets(
  config: Config,
  { database, log, events, hub, features, rateGate }: SocketParts,
): Promise<SocketSurface> {
  const sockets = new SocketSurface({
    ...features,
    aiResume: features.assistant.resume,
    database,
    hub,
    log,
    rateGate,
    epoch: await readEpoch(database.query),
    limitConnections: config.rateLimits === "default",
  });
  const tellOwner = (userId: string, text: string) => sockets.tellOwner(userId, text);
  fanOutAi(events, tellOwner);
  fanOutSupport({
    events,
    agents: features.agents,
    memberships: features.memberships,
    tellThose: (isMeant, text) => sockets.tellThose(isMeant, text),
  });
  fanOut({
    events,
    hub,
    memberships: features.memberships,
    blocks: features.blocks,
    isWaiting: (connection) => sockets.isWaiting(connection),
    tellOwner,
    tellEveryone: (text) => sockets.tellEveryone(text),
    findConversationIds: async (organizationId, userId) =>
      (await listOwnConversationIds(database.query, organizationId, userId)).map(
        (row) => row.conversation_id,
      ),
  });
  return sockets;
}

function buildSocketIo(
  config: Config,
  { log, events, hub, features, rateGate }: SocketParts,
): SocketIoSurface {
  return new SocketIoSurface({
    ...features,
    hub,
    log,
    events,
    rateGate,
    limitConnections: config.rateLimits === "default",
    isKnownOrigin: (origin) => config.corsOrigins.includes(origin) || features.pages.isOwnOrigin(origin),
  });
}

interface HttpParts {
  database: Database;
  log: Log;
  features: Features;
  serverMetrics: ServerMetrics;
  rateGate: RateGate;
  addresses: ClientAddresses;
  publicUrl(): string;
  isStopping(): boolean;
}

function buildHttp(config: Config, parts: HttpParts): HttpApp {
  const { database, log, features, serverMetrics, rateGate, addresses, publicUrl, isStopping } = parts;
  const http = createHttpApp({
    onAnswered: (answered) => {
      serverMetrics.noteRequest(answered);
      features.requestsTrail.note(answered);
    },
    log,
    newRequestId: newId,
    https: isHttps(config.publicUrl),
    corsOrigins: config.corsOrigins,
    addresses,
    hasSessionCookie: (headers) => isCookieRequest(features.pages, headers),
    isStopping,
  });
  const surfaces = restSurfaces(features);
  // First: under the chat surface `/health` would else be a chat's id.
  mountOperator(http, {
    database,
    surfaces,
    jwks: features.tokens.jwks,
    version,
    isHealthy: () => database.isWritable,
    isStopping,
  });
  mountMetrics(http, serverMetrics.metrics, config.metricsToken);
  const gate = gateOf(features);
  for (const { bases, routes, rates } of surfaces)
    mountRoutes(http, bases, routes, { gate, rateGate, rates });
  mountReference(http, { surfaces, publicUrl });
  mountPages(http, builtPages);
  return http;
}
