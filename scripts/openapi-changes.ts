/**
 * What of an API would break a client that was written for an earlier one. `/v1` only grows (docs/versioning.md):
 * routes, optional fields of requests, fields of answers and words of an answer's enum may be added; what a client may
 * send must go on to be taken, and what it may rely on in an answer must go on to be there.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Document = { [key: string]: Json };
type Schema = { [key: string]: Json };

/** Whose words a schema describes: what is safe for one side is not for the other. */
type Side = "request" | "answer";

/** One line a breaking change; empty when every client goes on to work. */
export function breakingChanges(before: Document, after: Document): string[] {
  const faults: string[] = [];
  for (const [path, operations] of Object.entries(objectAt(before, "paths"))) {
    for (const [method, operation] of Object.entries(asObject(operations))) {
      const name = `${method.toUpperCase()} ${path}`;
      const now = objectAt(after, "paths", path, method);
      if (Object.keys(now).length === 0) faults.push(`${name} is gone`);
      else faults.push(...new Comparison(before, after).operation(name, asObject(operation), now));
    }
  }
  return faults;
}

/** Two operations, each with the document that its references point into. */
class Comparison {
  readonly #before: Document;
  readonly #after: Document;
  readonly #faults = new Set<string>();
  /** Pairs of named schemas that are being compared: a schema may contain itself. */
  readonly #seen = new Set<string>();

  constructor(before: Document, after: Document) {
    this.#before = before;
    this.#after = after;
  }

  operation(name: string, before: Schema, after: Schema): string[] {
    if (before.operationId !== after.operationId)
      this.#faults.add(`${name} has another operationId: ${before.operationId} became ${after.operationId}`);
    if (isPublic(before) && !isPublic(after)) this.#faults.add(`${name} asks for a sign-in now`);
    this.#parameters(name, listAt(before, "parameters"), listAt(after, "parameters"));
    this.#body(name, objectAt(before, "requestBody"), objectAt(after, "requestBody"));
    const answers = objectAt(before, "responses");
    for (const status of Object.keys(answers).filter((each) => /^2/.test(each))) {
      const now = objectAt(after, "responses", status);
      if (Object.keys(now).length === 0) this.#faults.add(`${name} does not answer ${status} any more`);
      else this.#content(`${name}: the ${status} answer`, asObject(answers[status]), now, "answer");
    }
    return [...this.#faults];
  }

  #parameters(name: string, before: Schema[], after: Schema[]): void {
    const find = (list: Schema[], wanted: Schema) =>
      list.find((each) => each.name === wanted.name && each.in === wanted.in);
    for (const parameter of before) {
      const what = `${name}: the parameter «${parameter.name}»`;
      const now = find(after, parameter);
      if (now === undefined) this.#faults.add(`${what} is gone`);
      else {
        if (parameter.required !== true && now.required === true) this.#faults.add(`${what} is required now`);
        this.#schema(what, objectAt(parameter, "schema"), objectAt(now, "schema"), "request");
      }
    }
    for (const parameter of after) {
      if (parameter.required === true && find(before, parameter) === undefined)
        this.#faults.add(`${name}: the parameter «${parameter.name}» is new and required`);
    }
  }

  #body(name: string, before: Schema, after: Schema): void {
    const what = `${name}: the body`;
    if (before.required !== true && after.required === true) this.#faults.add(`${what} is required now`);
    if (before.content !== undefined) this.#content(what, before, after, "request");
  }

  #content(what: string, before: Schema, after: Schema, side: Side): void {
    for (const [type, media] of Object.entries(objectAt(before, "content"))) {
      const now = objectAt(after, "content", type);
      if (Object.keys(now).length === 0) this.#faults.add(`${what} is not ${type} any more`);
      else this.#schema(what, objectAt(asObject(media), "schema"), objectAt(now, "schema"), side);
    }
  }

  #schema(what: string, given: Schema, givenNow: Schema, side: Side): void {
    const pair = `${side} ${given.$ref} ${givenNow.$ref} ${what}`;
    if (given.$ref !== undefined && this.#seen.has(pair)) return;
    this.#seen.add(pair);
    if (what.split(".").length > 12) return;
    const before = resolved(this.#before, given);
    const after = resolved(this.#after, givenNow);
    this.#types(what, before, after, side);
    if (side === "request") this.#bounds(what, before, after);
    this.#fields(what, before, after, side);
    if (isObject(before.items) && isObject(after.items))
      this.#schema(`${what}[]`, before.items, after.items, side);
    this.#choices(what, before, after, side);
  }

  /** A request may take more kinds of values, an answer may give fewer. */
  #types(what: string, before: Schema, after: Schema, side: Side): void {
    const [was, is] = [typesOf(this.#before, before), typesOf(this.#after, after)];
    const [wide, narrow] = side === "request" ? [is, was] : [was, is];
    if (wide === null) return;
    const lost = narrow === null ? ["anything"] : [...narrow].filter((type) => !admits(wide, type));
    if (lost.length === 0) return;
    const verb = side === "request" ? "does not take" : "may be";
    this.#faults.add(`${what} ${verb} ${lost.join(", ")} ${side === "request" ? "any more" : "now"}`);
  }

  /** What was within the bounds of a request must be so still. */
  #bounds(what: string, before: Schema, after: Schema): void {
    const [was, is] = [wordsOf(before), wordsOf(after)];
    const lost = is === null ? [] : (was ?? []).filter((word) => !is.includes(word));
    if (lost.length > 0)
      this.#faults.add(
        `${what} does not take ${lost.map((each) => JSON.stringify(each)).join(", ")} any more`,
      );
    if (was === null && is !== null && before.type !== undefined)
      this.#faults.add(`${what} takes only ${is.map((each) => JSON.stringify(each)).join(", ")} now`);
    for (const [keyword, isNarrower] of Object.entries(bounds)) {
      const limit = after[keyword];
      const former = before[keyword];
      if (typeof limit === "number" && (typeof former !== "number" || isNarrower(limit, former)))
        this.#faults.add(
          `${what}: ${keyword} is ${limit} now${former === undefined ? "" : `, was ${former}`}`,
        );
    }
  }

  #fields(what: string, before: Schema, after: Schema, side: Side): void {
    const fields = objectAt(before, "properties");
    const fieldsNow = objectAt(after, "properties");
    const required = listAt(before, "required") as unknown as string[];
    const requiredNow = listAt(after, "required") as unknown as string[];
    for (const [name, field] of Object.entries(fields)) {
      const at = `${what}.${name}`;
      const now = fieldsNow[name];
      if (now === undefined) this.#faults.add(`${at} is gone`);
      else {
        if (side === "answer" && required.includes(name) && !requiredNow.includes(name))
          this.#faults.add(`${at} may be missing now`);
        if (side === "request" && !required.includes(name) && requiredNow.includes(name))
          this.#faults.add(`${at} is required now`);
        this.#schema(at, asObject(field), asObject(now), side);
      }
    }
    if (side === "answer") return;
    for (const name of requiredNow) {
      if (!(name in fields)) this.#faults.add(`${what}.${name} is new and required`);
    }
  }

  /** Alternatives one by one where they are as many as before; else their types have said it. */
  #choices(what: string, before: Schema, after: Schema, side: Side): void {
    const list = (schema: Schema) => listAt(schema, "anyOf").concat(listAt(schema, "oneOf"));
    const [was, is] = [list(before), list(after)];
    if (was.length === 0 || was.length !== is.length) return;
    for (const [index, choice] of was.entries()) this.#schema(what, choice, is[index] ?? {}, side);
  }
}

const bounds: Record<string, (now: number, before: number) => boolean> = {
  minLength: (now, before) => now > before,
  minItems: (now, before) => now > before,
  minimum: (now, before) => now > before,
  maxLength: (now, before) => now < before,
  maxItems: (now, before) => now < before,
  maximum: (now, before) => now < before,
};

/** Null: anything. */
function typesOf(document: Document, schema: Schema): Set<string> | null {
  const choices = [...listAt(schema, "anyOf"), ...listAt(schema, "oneOf")];
  if (choices.length > 0) {
    const all = choices.map((choice) => typesOf(document, resolved(document, choice)));
    return all.includes(null) ? null : new Set(all.flatMap((each) => [...(each ?? [])]));
  }
  if (Array.isArray(schema.type)) return new Set(schema.type.map(String));
  if (typeof schema.type === "string") return new Set([schema.type]);
  if (schema.const !== undefined) return new Set([typeof schema.const]);
  return null;
}

function admits(types: Set<string>, type: string): boolean {
  return types.has(type) || (type === "integer" && types.has("number"));
}

function wordsOf(schema: Schema): Json[] | null {
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : null;
}

function isPublic(operation: Schema): boolean {
  const security = listAt(operation, "security");
  return security.length === 0 || security.some((each) => Object.keys(each).length === 0);
}

function resolved(document: Document, schema: Schema): Schema {
  if (typeof schema.$ref !== "string") return schema;
  return objectAt(document, ...schema.$ref.replace(/^#\//, "").split("/"));
}

function isObject(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asObject(value: Json | undefined): Schema {
  return isObject(value) ? value : {};
}

function objectAt(value: Schema, ...names: string[]): Schema {
  return names.reduce<Schema>((node, name) => asObject(node[name]), value);
}

function listAt(value: Schema, name: string): Schema[] {
  const list = value[name];
  return Array.isArray(list) ? (list as Schema[]) : [];
}
