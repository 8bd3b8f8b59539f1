import { type CompiledQuery, SqliteAdapter } from "kysely";
import type { Queries } from "./database.ts";

/** Stands in a query's text for a value that comes later. */
class Placeholder {
  readonly field: string;
  /** For one value of a list. */
  readonly index: number | null;

  constructor(field: string, index: number | null) {
    this.field = field;
    this.index = index;
  }

  valueIn(given: Record<string, unknown>): unknown {
    const value = given[this.field];
    return this.index === null ? value : (value as unknown[])[this.index];
  }
}

/**
 * A query whose text is built once: building a join of many columns costs four times what running it does.
 *
 * `build` sees placeholders in place of the values of `given`, so it may put them into the query but not look at them.
 * It may look at how many values a list has, whether a field is undefined, and at `shape`: there is one text for each
 * of these.
 */
export function prepared<Given extends object, Row, Shape extends object = Record<never, never>>(
  build: (query: Queries, given: Given, shape: Shape) => { compile(): CompiledQuery<Row> },
): (query: Queries, given: Given, shape?: Shape) => Promise<Row[]> {
  const texts = new Map<string, CompiledQuery<Row>>();
  return async (query, given, shape) => {
    const values = given as Record<string, unknown>;
    const key = keyOf(query, values, shape);
    let text = texts.get(key);
    if (text === undefined) {
      text = build(query, placeholdersFor(values) as Given, (shape ?? {}) as Shape).compile();
      texts.set(key, text);
    }
    const parameters = text.parameters.map((parameter) =>
      parameter instanceof Placeholder ? parameter.valueIn(values) : parameter,
    );
    return (await query.executeQuery<Row>({ ...text, parameters })).rows;
  };
}

function keyOf(query: Queries, given: Record<string, unknown>, shape: object | undefined): string {
  let key = query.getExecutor().adapter instanceof SqliteAdapter ? "s" : "p";
  for (const field in given) {
    const value = given[field];
    if (Array.isArray(value)) key += ` ${field}${value.length}`;
    else if (value !== undefined) key += ` ${field}`;
  }
  return shape === undefined ? key : key + JSON.stringify(shape);
}

function placeholdersFor(given: Record<string, unknown>): Record<string, unknown> {
  const placeholders: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    if (Array.isArray(value)) placeholders[field] = value.map((_, index) => new Placeholder(field, index));
    else if (value !== undefined) placeholders[field] = new Placeholder(field, null);
  }
  return placeholders;
}
