import { type ComponentType, useEffect } from "react";
import { Store, useStore } from "../platform/store.ts";

/** A part of the app whose script comes when it is first shown, or when it is prepared. */
export class LaterPart<Props extends object> {
  readonly #fetch: () => Promise<ComponentType<Props>>;
  /** Null until it is here. */
  readonly state = new Store<{ Part: ComponentType<Props> } | { error: unknown } | null>(null);

  constructor(fetch: () => Promise<ComponentType<Props>>) {
    this.#fetch = fetch;
  }

  /** Fetches it before it is shown. What fails is tried again when it is. */
  async prepare(): Promise<void> {
    await this.#get().catch(() => undefined);
  }

  /** Fetches it now; who shows it learns of a failure. */
  show(): void {
    this.#get().catch((error: unknown) => this.state.set({ error }));
  }

  async #get(): Promise<void> {
    if (this.state.get() === null) this.state.set({ Part: await this.#fetch() });
  }
}

/**
 * Shows such a part: nothing until it is here, and then at once. React's own `lazy` would show an empty place even of
 * a part that is here, for up to 300 ms.
 */
export function Later<Props extends object>({ part, given }: { part: LaterPart<Props>; given: Props }) {
  const state = useStore(part.state);
  useEffect(() => part.show(), [part]);
  if (state === null) return null;
  if ("error" in state) throw state.error;
  return <state.Part {...given} />;
}
