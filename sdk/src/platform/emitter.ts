/** Tells handlers of events, in the order in which they came. */
export class Emitter<Event extends { type: string }> {
  readonly #handlers = new Map<string, Set<(event: Event) => void>>();
  readonly #report: (error: unknown) => void;

  /** @param report is given what a handler throws: its fault stops nothing else. */
  constructor(report: (error: unknown) => void = throwLater) {
    this.#report = report;
  }

  /** @param type a type of event, or `*` for all. @returns what ends it. */
  on(type: string, handler: (event: Event) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  emit(event: Event): void {
    for (const type of [event.type, "*"]) {
      for (const handler of [...(this.#handlers.get(type) ?? [])]) {
        try {
          handler(event);
        } catch (error) {
          this.#report(error);
        }
      }
    }
  }
}

/** The runtime hears of it as of any error that nobody caught. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
