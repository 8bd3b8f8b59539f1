import type { Bus } from "../bus/bus.ts";
import type { Tx } from "../db/database.ts";
import type { Log } from "../log.ts";

/** The name of a kind of event, carrying the type of its payload. */
interface EventKind<Payload> {
  readonly name: string;
  /** Never set: it only holds the type. */
  readonly payload?: Payload;
}

/** `name` says what happened, in the past tense: «message.sent». */
export function defineEvent<Payload>(name: string): EventKind<Payload> {
  return { name };
}

/**
 * What happened, told after its commit. Events of one conversation arrive in the order of its versions within the
 * process that committed them. A listener that throws is logged and disturbs nobody else.
 */
export class Events {
  readonly #bus: Bus;
  readonly #listeners = new Map<string, ((payload: never) => void)[]>();

  constructor(bus: Bus, log: Log) {
    this.#bus = bus;
    bus.subscribe((name, payload) => {
      for (const listener of this.#listeners.get(name) ?? []) {
        try {
          listener(payload as never);
        } catch (error) {
          log.error("a listener failed", { kind: name, error });
        }
      }
    });
  }

  /** Tells it once `tx` is durable; if `tx` is rolled back it never happened. */
  emit<Payload>(tx: Pick<Tx, "afterCommit">, kind: EventKind<Payload>, payload: Payload): void {
    tx.afterCommit(() => this.#bus.publish(kind.name, payload));
  }

  /** For what is never stored: typing, presence. */
  emitNow<Payload>(kind: EventKind<Payload>, payload: Payload): void {
    this.#bus.publish(kind.name, payload);
  }

  on<Payload>(kind: EventKind<Payload>, listener: (payload: Payload) => void): void {
    const listeners = this.#listeners.get(kind.name) ?? [];
    listeners.push(listener);
    this.#listeners.set(kind.name, listeners);
  }
}
