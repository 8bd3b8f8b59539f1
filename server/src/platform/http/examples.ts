import { isObject, type Json, type JsonObject } from "./json-schema.ts";

/**
 * What fields look like in examples, by `Component.field` or by `field` alone, for all schemas that do not say it
 * themselves with `.meta({ examples: [...] })`. A value that a schema does not admit is passed over.
 */
export type Cast = Readonly<Record<string, Json>>;

interface Example {
  value: Json;
  /** Text fields of which nothing says what they look like, as `Component.field`. */
  gaps: string[];
}

interface Place {
  /** The field's name; null at the root. */
  name: string | null;
  /** The named schema around it, or the name of the operation. */
  owner: string;
  depth: number;
}

const deepest = 12;

/** A value that stands for a schema: from its own examples, then from the cast, then from its type. */
export class ExampleWriter {
  readonly #components: JsonObject;
  readonly #cast: Cast;

  constructor(components: JsonObject, cast: Cast) {
    this.#components = components;
    this.#cast = cast;
  }

  /**
   * @param owner names the place of what is missing.
   * @param part `request`: what is optional is left out, unless all of it is. `response`: everything is shown.
   */
  write(schema: Json, owner: string, part: "request" | "response", name: string | null = null): Example {
    const gaps: string[] = [];
    const value = this.#value(schema, { name, owner, depth: 0 }, part, gaps);
    return { value, gaps };
  }

  #value(schema: Json, place: Place, part: "request" | "response", gaps: string[]): Json {
    if (!isObject(schema) || place.depth > deepest) return {};
    const own = Array.isArray(schema.examples) ? schema.examples[0] : schema.example;
    if (own !== undefined) return own;
    const { component, resolved } = this.#resolve(schema);
    if (component !== null)
      return this.#value(resolved, { ...place, owner: component, depth: place.depth + 1 }, part, gaps);
    if (schema.const !== undefined) return schema.const;
    const known = this.#known(schema, place);
    if (known !== undefined) return known;
    if (schema.default !== undefined) return schema.default;
    if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) {
      const choice = choices.find((each) => isObject(each) && each.type !== "null");
      return choice === undefined ? null : this.#value(choice, place, part, gaps);
    }
    return this.#ofType(schema, place, part, gaps);
  }

  #ofType(schema: JsonObject, place: Place, part: "request" | "response", gaps: string[]): Json {
    const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
    switch (type) {
      case "object":
        return this.#object(schema, place, part, gaps);
      case "array":
        return this.#array(schema, place, part, gaps);
      case "integer":
      case "number":
        return typeof schema.minimum === "number" && schema.minimum > 1 ? schema.minimum : 1;
      case "boolean":
        return false;
      case "string":
        return this.#text(schema, place, gaps);
      default:
        return {};
    }
  }

  #object(schema: JsonObject, place: Place, part: "request" | "response", gaps: string[]): Json {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    const isShown = (name: string) => part === "response" || required.length === 0 || required.includes(name);
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => isShown(name))
        .map(([name, field]) => {
          const at = { name, owner: place.owner, depth: place.depth + 1 };
          return [name, this.#value(field, at, part, gaps)];
        }),
    );
  }

  #array(schema: JsonObject, place: Place, part: "request" | "response", gaps: string[]): Json {
    const items = schema.items;
    if (!isObject(items) || Object.keys(items).length === 0) return [];
    const name = place.name?.replace(/ies$/, "y").replace(/s$/, "") ?? null;
    return [this.#value(items, { ...place, name, depth: place.depth + 1 }, part, gaps)];
  }

  #text(schema: JsonObject, { name, owner }: Place, gaps: string[]): Json {
    const byFormat = typeof schema.format === "string" ? this.#cast[`format:${schema.format}`] : undefined;
    if (byFormat !== undefined) return byFormat;
    gaps.push(name === null ? owner : `${owner}.${name}`);
    return "";
  }

  #known(schema: JsonObject, { name, owner }: Place): Json | undefined {
    if (name === null) return undefined;
    return [this.#cast[`${owner}.${name}`], this.#cast[name]].find(
      (value) => value !== undefined && this.#admits(schema, value),
    );
  }

  /** Whether a value could be one of the schema: its type, its words, its bounds. */
  #admits(given: JsonObject, value: Json): boolean {
    const schema = this.#resolve(given).resolved;
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return choices.some((each) => isObject(each) && this.#admits(each, value));
    if (Array.isArray(schema.enum)) return schema.enum.includes(value);
    if (schema.type === undefined) return true;
    if (Array.isArray(schema.type))
      return schema.type.some((type) => this.#admits({ ...schema, type }, value));
    if (schema.type === "null" || value === null) return value === null && schema.type === "null";
    if (schema.type === "array") {
      const items = isObject(schema.items) ? schema.items : {};
      return Array.isArray(value) && value.every((each) => this.#admits(items, each));
    }
    if (schema.type === "object") return isObject(value) && this.#admitsFields(schema, value);
    if (schema.type === "integer" || schema.type === "number") return typeof value === "number";
    if (typeof value === "string" && schema.format === "uuid") return /^[0-9a-f-]{36}$/.test(value);
    if (typeof value === "string" && schema.format === "date-time") return !Number.isNaN(Date.parse(value));
    return typeof value === schema.type;
  }

  #admitsFields(schema: JsonObject, value: JsonObject): boolean {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    return (
      required.every((name) => typeof name === "string" && name in value) &&
      Object.entries(properties).every(([name, field]) => {
        const member = value[name];
        return member === undefined || (isObject(field) && this.#admits(field, member));
      })
    );
  }

  #resolve(schema: JsonObject): { component: string | null; resolved: JsonObject } {
    const prefix = "#/components/schemas/";
    if (typeof schema.$ref !== "string" || !schema.$ref.startsWith(prefix))
      return { component: null, resolved: schema };
    const component = schema.$ref.slice(prefix.length);
    const resolved = this.#components[component];
    return { component, resolved: isObject(resolved) ? resolved : {} };
  }
}
