import { limits } from "../limits.ts";
import { closeCodes } from "./close-codes.ts";
import type { Connection } from "./connection.ts";
import { Hold } from "./hold.ts";

/** Sends a text to every socket subscribed to a topic. Bun's server is one. */
interface Publisher {
  /** Negative or 0: somebody's buffer holds bytes, or nobody listens. */
  publish(topic: string, frame: string): number;
}

/** What the hub tells of comings and goings. */
interface HubListener {
  /** A user's first connection came. */
  userConnected(userId: string, organizationId: string): void;
  /** A user's last connection is gone: at once after a clean close, else ten seconds later. */
  userDisconnected(userId: string, organizationId: string): void;
  /** A user's first connection to a conversation came, or its last one went. */
  attached(conversationId: string, userId: string): void;
  detached(conversationId: string, userId: string): void;
}

const topicOf = (conversationId: string) => `conversation ${conversationId}`;

/**
 * The sockets of this process and who hears what. A frame is encoded once and the same bytes go to every socket of
 * its conversation. Frames of one conversation reach each socket in the order of `publish`.
 */
export class Hub {
  readonly #users = new Map<string, Set<Connection>>();
  readonly #conversations = new Map<string, Map<string, Set<Connection>>>();
  readonly #holds = new Map<string, Map<Connection, Hold>>();
  readonly #lingering = new Map<Connection, ReturnType<typeof setTimeout>>();
  readonly #open = new Set<Connection>();
  /** Users whose presence was told. */
  readonly #present = new Set<string>();
  #publisher: Publisher = { publish: () => 0 };
  #listener: HubListener | null = null;
  #sweeping: ReturnType<typeof setTimeout> | null = null;
  /** Characters published since somebody was first found backed up. */
  #unswept = 0;
  #stopping = false;

  publishThrough(publisher: Publisher): void {
    this.#publisher = publisher;
  }

  listen(listener: HubListener): void {
    this.#listener = listener;
  }

  /** Users with a connection, those just lost included. */
  get userCount(): number {
    return this.#users.size;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get open(): Iterable<Connection> {
    return this.#open;
  }

  /** Open connections of a user. */
  countOf(userId: string): number {
    let count = 0;
    for (const connection of this.#users.get(userId) ?? []) if (connection.isOpen) count++;
    return count;
  }

  isConnected(userId: string): boolean {
    for (const connection of this.#users.get(userId) ?? []) if (connection.isOpen) return true;
    return false;
  }

  *connectionsOf(userId: string): Generator<Connection> {
    for (const connection of this.#users.get(userId) ?? []) if (connection.isOpen) yield connection;
  }

  /** Connections that hear a conversation, each once. */
  *connectionsIn(conversationId: string): Generator<Connection> {
    for (const connections of this.#conversations.get(conversationId)?.values() ?? []) {
      for (const connection of connections) if (connection.isOpen) yield connection;
    }
  }

  /** Conversations that the user's connections hear, also those of connections just lost. */
  conversationsOf(userId: string): Set<string> {
    const ids = new Set<string>();
    for (const connection of this.#users.get(userId) ?? [])
      for (const id of connection.conversations) ids.add(id);
    return ids;
  }

  /** Reserves the connection's place among its user's; it hears nothing yet. */
  add(connection: Connection): void {
    const { userId } = connection.actor;
    this.#open.add(connection);
    const ofUser = this.#users.get(userId);
    if (ofUser === undefined) this.#users.set(userId, new Set([connection]));
    else ofUser.add(connection);
  }

  /** The connection has been attached to all it hears: if it is the user's first one, that is told. */
  announce(connection: Connection): void {
    const { userId, organizationId } = connection.actor;
    if (this.#present.has(userId) || !connection.isOpen) return;
    this.#present.add(userId);
    this.#listener?.userConnected(userId, organizationId);
  }

  /** The socket is gone. A lost one lingers for ten seconds, so that a short cut is no leaving and coming back. */
  remove(connection: Connection, clean: boolean): void {
    this.#open.delete(connection);
    for (const conversationId of connection.conversations)
      this.#holds.get(conversationId)?.delete(connection);
    if (this.#stopping) return;
    if (clean) this.#forget(connection);
    else
      this.#lingering.set(
        connection,
        setTimeout(() => this.#forget(connection), limits.lostConnectionMs).unref(),
      );
  }

  #forget(connection: Connection): void {
    this.#lingering.delete(connection);
    const { userId, organizationId } = connection.actor;
    const ofUser = this.#users.get(userId);
    // Told while it is still known who shares a conversation with the user.
    if (ofUser?.size === 1 && this.#present.delete(userId))
      this.#listener?.userDisconnected(userId, organizationId);
    for (const conversationId of connection.conversations) this.#detach(connection, conversationId);
    ofUser?.delete(connection);
    if (ofUser?.size === 0) this.#users.delete(userId);
  }

  /** From now on the connection hears the conversation; while held, its frames wait. */
  attach(connection: Connection, conversationId: string, held: boolean): void {
    if (!connection.isOpen || connection.conversations.has(conversationId)) return;
    const { userId } = connection.actor;
    let users = this.#conversations.get(conversationId);
    if (users === undefined) {
      users = new Map();
      this.#conversations.set(conversationId, users);
    }
    const ofUser = users.get(userId);
    if (ofUser === undefined) {
      users.set(userId, new Set([connection]));
      this.#listener?.attached(conversationId, userId);
    } else ofUser.add(connection);
    connection.conversations.add(conversationId);
    if (held) this.hold(connection, conversationId);
    else connection.subscribe(topicOf(conversationId));
  }

  /** The connection hears the conversation no more, also not what waits for it. */
  detach(connection: Connection, conversationId: string): void {
    connection.unsubscribe(topicOf(conversationId));
    this.#holds.get(conversationId)?.delete(connection);
    this.#detach(connection, conversationId);
  }

  #detach(connection: Connection, conversationId: string): void {
    connection.conversations.delete(conversationId);
    const { userId } = connection.actor;
    const users = this.#conversations.get(conversationId);
    const ofUser = users?.get(userId);
    if (users === undefined || ofUser === undefined || !ofUser.delete(connection) || ofUser.size > 0) return;
    users.delete(userId);
    if (users.size === 0) this.#conversations.delete(conversationId);
    this.#listener?.detached(conversationId, userId);
  }

  /** Frames of the conversation wait for `release`. */
  hold(connection: Connection, conversationId: string): void {
    if (!connection.conversations.has(conversationId)) return;
    connection.unsubscribe(topicOf(conversationId));
    let holds = this.#holds.get(conversationId);
    if (holds === undefined) {
      holds = new Map();
      this.#holds.set(conversationId, holds);
    }
    if (!holds.has(connection)) holds.set(connection, new Hold(connection));
  }

  /**
   * Sends what waited, but for frames whose change the connection knows already, and lets it hear the rest live.
   * @param version the latest version that the connection knows.
   * @param lagMs for how long frames of changes up to `version` may still be on their way and must be dropped.
   */
  release(connection: Connection, conversationId: string, version: number, lagMs: number): void {
    const hold = this.#holds.get(conversationId)?.get(connection);
    if (hold === undefined) return;
    hold.release(version);
    const end = () => {
      const holds = this.#holds.get(conversationId);
      if (holds?.get(connection) !== hold) return;
      holds.delete(connection);
      if (holds.size === 0) this.#holds.delete(conversationId);
      connection.subscribe(topicOf(conversationId));
    };
    if (lagMs === 0) end();
    else setTimeout(end, lagMs).unref();
  }

  /** Lets everything through that waits, unless `release` has already said from where on. */
  releaseIfWaiting(connection: Connection, conversationId: string): void {
    const hold = this.#holds.get(conversationId)?.get(connection);
    if (hold?.isWaiting === true) this.release(connection, conversationId, 0, 0);
  }

  /** @param version of the change that the frame tells of; null for what is never stored. */
  publish(conversationId: string, frame: string, version: number | null): void {
    if (this.#publisher.publish(topicOf(conversationId), frame) < 0) this.#backedUp(frame);
    const holds = this.#holds.get(conversationId);
    if (holds === undefined) return;
    for (const hold of holds.values()) hold.take(frame, version);
  }

  /** To a topic that no conversation owns. */
  publishToTopic(topic: string, text: string): void {
    if (this.#publisher.publish(topic, text) < 0) this.#backedUp(text);
  }

  /** To one connection, behind everything published so far and in one write with it. */
  publishTo(connection: Connection, frame: string): void {
    if (connection.isOpen && this.#publisher.publish(connection.topic, frame) < 0) this.#backedUp(frame);
  }

  /** To one connection, as part of the conversation's stream: waits with it, and is dropped with what a replay shows. */
  publishWithin(connection: Connection, conversationId: string, frame: string, version: number): void {
    const hold = this.#holds.get(conversationId)?.get(connection);
    if (hold === undefined) this.publishTo(connection, frame);
    else hold.take(frame, version);
  }

  /**
   * Somebody is backed up: soon it is looked who holds too much. On a machine too busy to be on time it is the amount
   * published that brings the look forward, so that a slow reader is told why it is closed before the hard limit is.
   */
  #backedUp(frame: string): void {
    this.#unswept += frame.length;
    if (this.#sweeping === null) this.#sweepSoon();
    else if (this.#unswept > limits.readerBufferBytes) {
      this.#unswept = 0;
      setImmediate(() => this.#sweep());
    }
  }

  #sweepSoon(): void {
    this.#sweeping = setTimeout(() => this.#sweep(), 20);
  }

  #sweep(): void {
    if (this.#sweeping !== null) clearTimeout(this.#sweeping);
    this.#sweeping = null;
    this.#unswept = 0;
    let backedUp = false;
    for (const connection of this.#open) {
      const { buffered } = connection;
      if (buffered > limits.readerBufferBytes) connection.close(closeCodes.tooSlow);
      else if (buffered > 0) backedUp = true;
    }
    if (backedUp) this.#sweepSoon();
  }

  /** Pings once whoever was silent for 30 s and drops whoever was silent for 60. Called every few seconds. */
  checkPeers(): void {
    const at = performance.now();
    for (const connection of this.#open) {
      const silentMs = at - connection.heardAt;
      if (silentMs >= limits.silentPeerMs) connection.terminate();
      else if (silentMs >= limits.pingMs && connection.pingedAt < connection.heardAt) connection.ping();
    }
  }

  /** Closes the user's sockets of the ended sessions. */
  endSessions(userId: string, sessionIds: ReadonlySet<string>): void {
    for (const connection of this.connectionsOf(userId)) {
      if (sessionIds.has(connection.actor.sessionId)) connection.close(closeCodes.sessionEnded);
    }
  }

  /** Asks the user's clients to reconnect. */
  restart(userId: string): void {
    for (const connection of this.connectionsOf(userId)) connection.close(closeCodes.restarting);
  }

  /** Asks every client to reconnect. Nobody is told of their leaving. */
  stop(): void {
    this.#stopping = true;
    for (const connection of this.#open) connection.close(closeCodes.restarting);
    for (const timer of this.#lingering.values()) clearTimeout(timer);
  }
}
