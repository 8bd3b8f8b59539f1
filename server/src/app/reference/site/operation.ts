import { type ErrorCode, errorMeaning } from "../../../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../../../platform/http/json-schema.ts";
import { codeTabs } from "./code.ts";
import { about, fieldList, inline, shownType } from "./fields.ts";

/** One operation of the document, as its page needs it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  signedIn: boolean;
  spec: JsonObject;
}

export function operationsOf(document: JsonObject): Operation[] {
  const paths = isObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(isObject(methods) ? methods : {}).flatMap(([method, spec]) => {
      if (!isObject(spec)) return [];
      const [tag] = Array.isArray(spec.tags) ? spec.tags : [];
      const signedIn = Array.isArray(spec.security) && spec.security.length > 0;
      const named = { id: String(spec.operationId), tag: String(tag), summary: String(spec.summary) };
      return [{ ...named, method: method.toUpperCase(), path, signedIn, spec }];
    }),
  );
}

/** An operation: in words on one side, as a request and its answers on the other. */
export function renderOperation(operation: Operation, components: JsonObject, url: string): string {
  const { id, method, path, summary, spec } = operation;
  const description = typeof spec.description === "string" ? `<p>${inline(spec.description)}</p>` : "";
  return (
    `<section class="operation" aria-labelledby="${id}"><div class="words">` +
    `<h2 id="${id}">${inline(summary)}<a class="anchor" href="#${id}" aria-label="Link to «${Bun.escapeHTML(summary)}»">#</a></h2>` +
    `<p class="route"><span class="method m-${method.toLowerCase()}">${method}</span> <code>${pathHtml(path)}</code></p>` +
    description +
    (operation.signedIn ? "" : '<p class="open">Needs no sign-in.</p>') +
    parameters(spec, components) +
    bodyFields(spec, components) +
    answerFields(spec, components) +
    errors(spec) +
    `</div><div class="examples">${requestTabs(operation, url)}${runner(operation)}${answerTabs(spec)}</div></section>`
  );
}

function pathHtml(path: string): string {
  return Bun.escapeHTML(path).replaceAll(/\{(\w+)\}/g, '<span class="variable">{$1}</span>');
}

function parameters(spec: JsonObject, components: JsonObject): string {
  const items = listOf(spec.parameters).map((parameter) => {
    const schema = isObject(parameter.schema) ? parameter.schema : {};
    const described = {
      ...schema,
      ...(parameter.description === undefined ? {} : { description: parameter.description }),
    };
    return (
      `<li><div class="field"><code class="name">${Bun.escapeHTML(String(parameter.name))}</code>` +
      `<span class="type">${Bun.escapeHTML(shownType(schema, components))}, in the ${parameter.in}</span>` +
      (parameter.required === true
        ? '<span class="needed">required</span>'
        : '<span class="may">optional</span>') +
      `</div>${about(described)}</li>`
    );
  });
  return items.length === 0 ? "" : `<h3>Parameters</h3><ul class="fields">${items.join("")}</ul>`;
}

function bodyFields(spec: JsonObject, components: JsonObject): string {
  const schema = jsonOf(spec.requestBody)?.schema;
  const list = schema === undefined ? "" : fieldList(schema, components, true);
  const may =
    isObject(spec.requestBody) && spec.requestBody.required !== true ? " <small>may be missing</small>" : "";
  return list === "" ? "" : `<h3>Body${may}</h3>${list}`;
}

function answerFields(spec: JsonObject, components: JsonObject): string {
  const statuses = answersOf(spec);
  const parts = statuses.map(([status, answer]) => {
    const description = isObject(answer) ? inline(String(answer.description)) : "";
    const schema = jsonOf(answer)?.schema;
    const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
    const shown = properties.data ?? schema ?? {};
    const list = fieldList(shown, components, false);
    return `<p class="status"><span class="code ok">${status}</span> ${description}</p>${list}`;
  });
  // Two successes of one shape are told once.
  const shapes = parts.map((part) => part.slice(part.indexOf("</p>")));
  const told = parts.map((part, index) =>
    index > 0 && shapes[index] === shapes[0] ? part.slice(0, part.indexOf("</p>") + 4) : part,
  );
  return told.length === 0 ? "" : `<h3>Answer</h3>${told.reverse().join("")}`;
}

function errors(spec: JsonObject): string {
  const rows = Object.entries(isObject(spec.responses) ? spec.responses : {})
    .filter(([status]) => /^[45]/.test(status))
    .flatMap(([status, answer]) => {
      const codes = isObject(answer) && Array.isArray(answer["x-error-codes"]) ? answer["x-error-codes"] : [];
      return codes.map((code) => ({ status, code: String(code) as ErrorCode }));
    });
  if (rows.length === 0) return "";
  const items = rows.map(
    ({ status, code }) =>
      `<li><span class="code">${status}</span> <a href="/docs/errors#${code}"><code>${code}</code></a> <span>${inline(errorMeaning[code])}</span></li>`,
  );
  return `<details class="errors"><summary>Errors <small>${rows.length}</small></summary><ul>${items.join("")}</ul></details>`;
}

function requestTabs(operation: Operation, url: string): string {
  const { method, path, signedIn, spec } = operation;
  if (isUpgrade(spec)) return ownSamples(spec);
  const address = url + exampleAddress(path, spec);
  const body = jsonOf(spec.requestBody)?.example;
  const code = body === undefined ? null : JSON.stringify(body, null, 2);
  const curl = [
    `curl ${method === "GET" ? "" : `-X ${method} `}"${address}"`,
    ...(signedIn ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(code === null
      ? []
      : ['-H "Content-Type: application/json"', `-d '${code.replaceAll("'", "'\\''")}'`]),
  ].join(" \\\n  ");
  if (code === null && isObject(spec.requestBody)) return fileCode(operation, address);
  const headers = [
    ...(signedIn ? [`authorization: "Bearer " + token`] : []),
    ...(code === null ? [] : ['"content-type": "application/json"']),
  ];
  const options = [
    ...(method === "GET" ? [] : [`  method: "${method}",`]),
    ...(headers.length === 0 ? [] : [`  headers: { ${headers.join(", ")} },`]),
    ...(code === null ? [] : [`  body: JSON.stringify(${code.replaceAll("\n", "\n  ")}),`]),
  ];
  const call =
    options.length === 0 ? `fetch("${address}")` : `fetch("${address}", {\n${options.join("\n")}\n})`;
  const ts = `const response = await ${call};\nconst { data } = await response.json();`;
  return codeTabs(
    [
      { title: "curl", language: "sh", code: curl },
      { title: "TypeScript", language: "ts", code: ts },
    ],
    "Request",
  );
}

/** For a body that is a file, alone or in a form. */
function fileCode({ method, signedIn, spec }: Operation, address: string): string {
  const content =
    isObject(spec.requestBody) && isObject(spec.requestBody.content) ? spec.requestBody.content : {};
  const isForm = "multipart/form-data" in content;
  const code = [
    `curl -X ${method} "${address}"`,
    ...(signedIn ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    isForm ? "-F file=@gutter.jpg" : '-H "Content-Type: image/jpeg" \\\n  --data-binary @gutter.jpg',
  ].join(" \\\n  ");
  return codeTabs([{ title: "curl", language: "sh", code }], "Request");
}

function isUpgrade(spec: JsonObject): boolean {
  return answersOf(spec).some(([status]) => status === "101");
}

/** Snippets that the document itself brings, where a request is no plain one. */
function ownSamples(spec: JsonObject): string {
  const blocks = listOf(spec["x-codeSamples"]).map(({ lang, source }) => {
    return { title: String(lang), language: lang === "TypeScript" ? "ts" : "sh", code: String(source) };
  });
  return blocks.length === 0 ? "" : codeTabs(blocks, "Request");
}

/** The path with its examples, and the parameters that must be there. */
function exampleAddress(path: string, spec: JsonObject): string {
  const list = listOf(spec.parameters);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(list.find((each) => each.name === name)?.example ?? name)),
  );
  const query = list
    .filter((each) => each.in === "query" && each.required === true)
    .map((each) => `${each.name}=${encodeURIComponent(String(each.example ?? ""))}`);
  return query.length === 0 ? filled : `${filled}?${query.join("&")}`;
}

/** A form that the page's script turns into a request; the token is the page's own field. */
function runner({ id, method, path, signedIn, spec }: Operation): string {
  const takesOther = isObject(spec.requestBody) && jsonOf(spec.requestBody) === null;
  if (takesOther || isUpgrade(spec)) return "";
  const inputs = listOf(spec.parameters).map((parameter) => {
    const name = Bun.escapeHTML(String(parameter.name));
    const example = Bun.escapeHTML(String(parameter.example ?? ""));
    const needed = parameter.required === true ? " required" : "";
    return (
      `<label for="${id}-${name}">${name}</label><input id="${id}-${name}" name="${name}" data-in="${parameter.in}" ` +
      `placeholder="${example}" autocomplete="off" spellcheck="false"${needed}>`
    );
  });
  const body = jsonOf(spec.requestBody)?.example;
  const rows = body === undefined ? 0 : Math.min(14, JSON.stringify(body, null, 2).split("\n").length);
  const editor =
    body === undefined
      ? ""
      : `<label for="${id}-body">Body</label><textarea id="${id}-body" name="body" rows="${rows}" spellcheck="false">${Bun.escapeHTML(JSON.stringify(body, null, 2))}</textarea>`;
  return (
    `<details class="run"><summary>Run it</summary><form data-run data-method="${method}" data-path="${Bun.escapeHTML(path)}" data-signed-in="${signedIn}">` +
    `${inputs.join("")}${editor}<div class="actions"><button type="submit">Send</button><span class="outcome" role="status"></span></div>` +
    "</form></details>"
  );
}

function answerTabs(spec: JsonObject): string {
  const blocks = answersOf(spec).flatMap(([status, answer]) => {
    const example = jsonOf(answer)?.example;
    if (example === undefined) return [];
    return [{ title: status, language: "json", code: JSON.stringify(example, null, 2) }];
  });
  return blocks.length === 0 ? "" : codeTabs(blocks.reverse(), "Answer");
}

/** Successes, the first status last: 201 before 200. */
function answersOf(spec: JsonObject): [string, Json][] {
  return Object.entries(isObject(spec.responses) ? spec.responses : {}).filter(([status]) =>
    /^[12]/.test(status),
  );
}

function jsonOf(part: Json | undefined): { schema?: Json; example?: Json } | null {
  const content = isObject(part) ? part.content : undefined;
  const json = isObject(content) ? content["application/json"] : undefined;
  return isObject(json) ? json : null;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
