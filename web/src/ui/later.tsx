import { CloudOff } from "lucide-react";
import { type ComponentType, type ReactNode, useEffect } from "react";
import { Store, useStore } from "../platform/store.ts";
import { texts } from "../platform/texts.ts";
import { isOutdated } from "../platform/version.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Empty } from "./empty.tsx";

/** A part of the app whose script comes when it is first shown, or when it is prepared. */
export class LaterPart<Props extends object> {
  readonly #fetch: () => Promise<ComponentType<Props>>;
  readonly state = new Store<{ Part: ComponentType<Props> } | "waiting" | "failed">("waiting");

  constructor(fetch: () => Promise<ComponentType<Props>>) {
    this.#fetch = fetch;
  }

  /** Fetches it before it is shown. What fails is tried again when it is. */
  async prepare(): Promise<void> {
    await this.#get().catch(() => undefined);
  }

  /**
   * Fetches it now; who shows it learns of a failure. A script that went with an older version of the app, which a
   * new one has replaced meanwhile, comes back with the new one: by a reload, once, since what is loaded then is not
   * outdated.
   */
  async show(): Promise<void> {
    try {
      await this.#get();
    } catch {
      if (await isOutdated()) location.reload();
      else this.state.set("failed");
    }
  }

  async #get(): Promise<void> {
    if (typeof this.state.get() === "string") this.state.set({ Part: await this.#fetch() });
  }
}

interface LaterProps<Props extends object> {
  part: LaterPart<Props>;
  given: Props;
  /** In its place while it is fetched. */
  waiting?: ReactNode;
  /** For a part that lies over the app: so does then, in a dialog that can be closed, that it could not be fetched. */
  onClose?: () => void;
}

/**
 * Shows such a part: nothing until it is here, and then at once. React's own `lazy` would show an empty place even of
 * a part that is here, for up to 300 ms, and take the whole app down with a script that cannot be fetched.
 */
export function Later<Props extends object>({ part, given, waiting = null, onClose }: LaterProps<Props>) {
  const state = useStore(part.state);
  useEffect(() => void part.show(), [part]);
  if (typeof state === "object") return <state.Part {...given} />;
  if (state === "waiting") return waiting;
  const retry = (
    <Button look="primary" onClick={() => void part.show()}>
      {texts.tryAgain}
    </Button>
  );
  if (onClose === undefined)
    return (
      <Empty icon={CloudOff} title={texts.partMissingTitle} about={texts.partMissingAbout}>
        {retry}
      </Empty>
    );
  return (
    <Dialog title={texts.partMissingTitle} about={texts.partMissingAbout} onClose={onClose}>
      <div className="flex justify-end p-5">{retry}</div>
    </Dialog>
  );
}
