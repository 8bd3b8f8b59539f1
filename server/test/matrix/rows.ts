import type { JsonObject } from "../kit/shapes.ts";
import type { ActorName, Cast } from "./cast.ts";
import type { MakerName, World } from "./world.ts";

type Body = JsonObject | ((world: World, actor: ActorName, cast: Cast) => JsonObject);

/** What one route of the table answers to everybody, and how it is asked. */
export interface Row {
  /** A line of `answerTable`. */
  kind: string;
  /** What `ok` stands for, see `outcomeOf`. */
  ok: string;
  /** What the path's parameters name, in their order. */
  at: (keyof World)[];
  /** Behind the path. */
  query: string | ((world: World) => string);
  /** A picture's bytes, or a form with them, in place of JSON. */
  body?: Body | "picture" | "form";
  /** Made anew for each call that is let in. */
  fresh: MakerName[];
  /** Where this route differs from its kind. */
  but: Partial<Record<ActorName, string>>;
  /** Codes in place of the usual ones. */
  codes: Record<string, string>;
}

type Parts = Partial<Omit<Row, "kind" | "ok" | "at" | "fresh">> & { at?: string; fresh?: string };

/** @param parts `at` and `fresh` are names with spaces between them. */
export function row(kind: string, ok: number | string, parts: Parts = {}): Row {
  const { at = "", fresh = "", query = "", but = {}, codes = {}, ...rest } = parts;
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  return {
    kind,
    ok: String(ok),
    at: words(at) as (keyof World)[],
    fresh: words(fresh) as MakerName[],
    query,
    but,
    codes,
    ...rest,
  };
}
