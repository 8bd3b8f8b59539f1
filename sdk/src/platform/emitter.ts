/** Tells handlers of events, in the order in which they came. */
export class Emitter<Event extends { type: string }> {
  readonly #handlers = new Map<string, Set<(event: Event) => void>>();

  /** @param type a type of event, or `*` for all. @returns what ends it. */
  on(type: string, handler: (event: Event) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  emit(event: Event): void {
    for (const type of [event.type, "*"]) {
      for (const handler of [...(this.#handlers.get(type) ?? [])]) callSafely(() => handler(event));
    }
  }
}

/** A handler's fault is its own: it is reported as uncaught and stops nothing else. */
function callSafely(work: () => void): void {
  try {
    work();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
