import { type ErrorCode, errorMeaning, errorStatus } from "../../../platform/errors.ts";
import { isObject, type JsonObject } from "../../../platform/http/json-schema.ts";
import { closeCodes } from "../../../platform/realtime/close-codes.ts";
import { cast } from "../cast.ts";
import { describeFrame, type FrameDescription } from "../realtime.ts";
import { codeTabs } from "./code.ts";
import { inline } from "./fields.ts";
import { type Operation, renderOperation } from "./operation.ts";
import type { PageParts } from "./shell.ts";

export interface FrameGroup {
  title: string;
  frames: readonly FrameDescription[];
}

/** Its operations are the upgrades, which stand on the page of the frames. */
export const socketTag = "Realtime";

/** `Workspace accounts` is at `/docs/reference/workspace-accounts`. */
export function tagPath(tag: string): string {
  if (tag === socketTag) return "/docs/realtime";
  return `/docs/reference/${tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}

/** All operations of one tag. */
export function tagPage(
  tag: string,
  about: string,
  operations: Operation[],
  document: JsonObject,
): PageParts {
  const list = operations.map(
    ({ id, method, path, summary }) =>
      `<li><a href="#${id}"><span class="method m-${method.toLowerCase()}">${method}</span><code>${Bun.escapeHTML(path)}</code><span>${inline(summary)}</span></a></li>`,
  );
  return {
    path: tagPath(tag),
    title: tag,
    description: about,
    html: `<p class="lead">${inline(about)}</p><ul class="operations">${list.join("")}</ul>${renderAll(operations, document)}`,
    sections: operations.map(({ id, summary }) => ({ id, title: summary })),
    isWide: true,
  };
}

function renderAll(operations: Operation[], document: JsonObject): string {
  const { components, servers } = document;
  const schemas = isObject(components) && isObject(components.schemas) ? components.schemas : {};
  const [server] = Array.isArray(servers) ? servers : [];
  const url = isObject(server) ? String(server.url) : "";
  return operations.map((each) => renderOperation(each, schemas, url)).join("");
}

/** Every error code, each with a place to link to. */
export function errorsPage(): PageParts {
  const rows = (Object.keys(errorStatus) as ErrorCode[]).map(
    (code) =>
      `<tr id="${code}"><td><span class="code">${errorStatus[code]}</span></td><td><code>${code}</code></td><td>${inline(errorMeaning[code])}</td></tr>`,
  );
  const shape = JSON.stringify(
    {
      success: false,
      error: {
        code: "VALIDATION_ERROR",
        message: "email: must be an e-mail address",
        request_id: "0199d2c4-7c1e-7b5a-9a55-0c5e1f6b7a10",
        details: [{ path: "email", message: "must be an e-mail address" }],
      },
    },
    null,
    2,
  );
  return {
    path: "/docs/errors",
    title: "Errors",
    description: "Every error code that a client can see, with its status and what to do.",
    html:
      '<p class="lead">Every refusal has a stable code. <a href="/docs/guides/errors">The guide</a> tells what to do about each kind, and how to send again without doing anything twice.</p>' +
      codeTabs([{ title: "A refusal", language: "json", code: shape }], "A refusal") +
      `<h2 id="codes">Codes</h2><div class="table" tabindex="0"><table><thead><tr><th>status</th><th>code</th><th>meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>` +
      closeTable(),
    sections: [
      { id: "codes", title: "Codes" },
      { id: "close-codes", title: "Why a socket closes" },
    ],
    isWide: false,
  };
}

function closeTable(): string {
  const closes = [...Object.values(closeCodes), { code: 1009, reason: "A frame was too big." }];
  const rows = closes.map(
    ({ code, reason }) => `<tr><td><span class="code">${code}</span></td><td>${inline(reason)}</td></tr>`,
  );
  return (
    '<h2 id="close-codes">Why the server closes a socket</h2><div class="table" tabindex="0"><table><thead><tr><th>code</th><th>reason</th></tr></thead>' +
    `<tbody>${rows.join("")}</tbody></table></div><p>A connection that ends in any other way was lost: reconnect and resume.</p>`
  );
}

/** How to open the chat socket, and every frame of it. */
export function realtimePage(
  groups: readonly FrameGroup[],
  paths: readonly string[],
  upgrades: Operation[],
  document: JsonObject,
): PageParts {
  const shown = paths.map((path) => `<code>${path}</code>`).join(", ");
  const sections = groups.map(({ title }) => ({ id: slug(title), title }));
  const html = groups.map(
    ({ title, frames }) =>
      `<h2 id="${slug(title)}" class="group">${inline(title)}</h2>${frames.map(frameSection).join("")}`,
  );
  return {
    path: "/docs/realtime",
    title: "Realtime",
    description: "Every frame of the chat WebSocket: who sends it, when, its fields and an example.",
    html:
      `<p class="lead">The chat WebSocket answers at ${shown}. Frames are JSON text of at most 64 KiB. <a href="/docs/guides/websocket">The guide</a> opens one, listens, sends and resumes.</p>` +
      `${renderAll(upgrades, document)}${html.join("")}${closeTable()}`,
    sections: [...sections, { id: "close-codes", title: "Why the server closes a socket" }],
    isWide: true,
  };
}

function frameSection(frame: FrameDescription): string {
  const { type, direction, about, fields, example } = describeFrame(frame, cast);
  const id = `${direction}-${type}`;
  const items = fields.map(({ name, type, required, about }) => {
    const presence =
      direction === "in"
        ? `<span class="${required ? "needed" : "may"}">${required ? "required" : "optional"}</span>`
        : required
          ? ""
          : '<span class="may">not always</span>';
    const words = about === "" ? "" : `<p class="about">${inline(about)}</p>`;
    return `<li><div class="field"><code class="name">${name}</code><span class="type">${Bun.escapeHTML(type)}</span>${presence}</div>${words}</li>`;
  });
  const who = direction === "in" ? "client to server" : "server to client";
  return (
    `<section class="operation frame" aria-labelledby="${id}"><div class="words"><h3 id="${id}"><code>${type}</code> <small>${who}</small>` +
    `<a class="anchor" href="#${id}" aria-label="Link to «${type}»">#</a></h3><p>${inline(about)}</p>` +
    `${items.length === 0 ? "" : `<ul class="fields">${items.join("")}</ul>`}</div>` +
    `<div class="examples">${codeTabs([{ title: type, language: "json", code: JSON.stringify(example, null, 2) }], type)}</div></section>`
  );
}

function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** The first page. */
export function overviewPage(
  guides: { href: string; title: string; lead: string }[],
  url: string,
): PageParts {
  const cards = guides.map(
    ({ href, title, lead }) =>
      `<li><a href="${href}"><strong>${Bun.escapeHTML(title)}</strong><span>${Bun.escapeHTML(lead)}</span></a></li>`,
  );
  return {
    path: "/docs",
    title: "Build on Parley",
    description: "Guides and reference of the Parley API: HTTP, WebSocket, errors and limits.",
    html:
      '<p class="lead">Conversations for your product: people, direct conversations, groups and rooms, live over WebSocket and kept for good. ' +
      "Everything the app does, the API does.</p>" +
      `<ul class="cards">${cards.join("")}</ul>` +
      '<h2 id="basics">The basics</h2><ul>' +
      `<li>This server is at <code>${Bun.escapeHTML(url)}</code>. Requests and answers are JSON.</li>` +
      '<li>A success is <code>{"success":true,"data":{…}}</code>, a refusal <code>{"success":false,"error":{"code":…}}</code> with <a href="/docs/errors">a code that stays</a>.</li>' +
      "<li>Ids are UUIDs, times ISO 8601 in UTC, and every message has a <code>seq</code>: 1, 2, 3 … within its conversation, without gaps.</li>" +
      '<li>The API only grows. <a href="/docs/versioning">What you may rely on</a></li></ul>' +
      '<h2 id="tools">For your tools</h2><ul><li><a href="/openapi.json">OpenAPI 3.1</a>, with examples and errors of every route</li>' +
      '<li><a href="/postman.json">A Postman collection</a>: import its address, register, and go on</li></ul>',
    sections: [],
    isWide: false,
  };
}
