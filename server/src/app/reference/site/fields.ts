import { isObject, type Json, type JsonObject } from "../../../platform/http/json-schema.ts";
import { typeWords } from "../realtime.ts";

const deepest = 4;

/** The fields of a schema as a list, those of objects inside folded away. Empty: it has none. */
export function fieldList(schema: Json, components: JsonObject, isRequest: boolean, depth = 0): string {
  const object = objectIn(schema, components);
  if (object === null || depth > deepest) return "";
  const required = Array.isArray(object.required) ? object.required : [];
  const items = Object.entries(isObject(object.properties) ? object.properties : {}).map(([name, field]) => {
    const resolved = resolve(isObject(field) ? field : {}, components);
    const inner = fieldList(resolved, components, isRequest, depth + 1);
    const isNeeded = required.includes(name);
    return (
      `<li><div class="field"><code class="name">${Bun.escapeHTML(name)}</code>` +
      `<span class="type">${Bun.escapeHTML(shownType(field, components))}</span>${presence(isNeeded, isRequest)}</div>` +
      about(resolved) +
      (inner === ""
        ? ""
        : `<details><summary>Fields of <code>${Bun.escapeHTML(name)}</code></summary>${inner}</details>`) +
      "</li>"
    );
  });
  return items.length === 0 ? "" : `<ul class="fields">${items.join("")}</ul>`;
}

function presence(isNeeded: boolean, isRequest: boolean): string {
  if (isRequest)
    return isNeeded ? '<span class="needed">required</span>' : '<span class="may">optional</span>';
  return isNeeded ? "" : '<span class="may">not always</span>';
}

/** What a schema says beside its type: words, bounds, description. */
export function about(schema: JsonObject): string {
  const lines: string[] = [];
  if (typeof schema.description === "string") lines.push(inline(schema.description));
  const words = wordsOf(schema);
  if (words !== null)
    lines.push(`One of ${words.map((word) => `<code>${Bun.escapeHTML(word)}</code>`).join(" ")}`);
  const bounds = boundsOf(schema);
  if (bounds !== "") lines.push(bounds);
  if (schema.default !== undefined)
    lines.push(`By default <code>${Bun.escapeHTML(JSON.stringify(schema.default))}</code>`);
  const sentences = lines.map((line) => line.replace(/\.$/, ""));
  return sentences.length === 0 ? "" : `<p class="about">${sentences.join(". ")}</p>`;
}

function wordsOf(schema: JsonObject): string[] | null {
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  const list = choices.flatMap((choice) =>
    isObject(choice) && Array.isArray(choice.enum) ? choice.enum : [],
  );
  return list.length === 0 ? null : list.map(String);
}

function boundsOf(schema: JsonObject): string {
  const { minLength, maxLength, minimum, maximum, maxItems } = schema;
  const shown = (value: Json | undefined) => (typeof value === "number" ? value.toLocaleString("en") : "");
  if (typeof maxLength === "number")
    return typeof minLength === "number" && minLength > 0
      ? `${shown(minLength)} to ${shown(maxLength)} characters`
      : `At most ${shown(maxLength)} characters`;
  if (typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER)
    return `${shown(minimum ?? 0)} to ${shown(maximum)}`;
  return typeof maxItems === "number" ? `At most ${shown(maxItems)}` : "";
}

/** A type in words; the words of an enum stand below it. */
export function shownType(schema: Json, components: JsonObject): string {
  if (!isObject(schema)) return "anything";
  const resolved = resolve(schema, components);
  if (Array.isArray(resolved.enum)) return "string";
  return typeWords(schema).replaceAll(/"[^"]*"( or "[^"]*")*/g, "string");
}

/** The object that a schema is, or holds: behind a reference, in a list, beside null. */
function objectIn(schema: Json, components: JsonObject): JsonObject | null {
  if (!isObject(schema)) return null;
  const resolved = resolve(schema, components);
  if (isObject(resolved.properties)) return resolved;
  if (resolved.items !== undefined) return objectIn(resolved.items, components);
  const choices = Array.isArray(resolved.anyOf) ? resolved.anyOf : [];
  return choices.map((choice) => objectIn(choice, components)).find((found) => found !== null) ?? null;
}

function resolve(schema: JsonObject, components: JsonObject): JsonObject {
  if (typeof schema.$ref !== "string") return schema;
  const target = components[schema.$ref.split("/").at(-1) ?? ""];
  return isObject(target) ? target : {};
}

/** One line of prose with `code`. */
export function inline(text: string): string {
  return Bun.escapeHTML(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}
