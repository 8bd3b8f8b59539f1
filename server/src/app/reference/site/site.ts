import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { isObject, type JsonObject } from "../../../platform/http/json-schema.ts";
import { version } from "../../version.ts";
import { renderArticle } from "./guide.ts";
import { type Operation, operationsOf } from "./operation.ts";
import {
  errorsPage,
  type FrameGroup,
  overviewPage,
  realtimePage,
  socketTag,
  tagPage,
  tagPath,
} from "./pages.ts";
import { type NavGroup, type PageParts, renderShell } from "./shell.ts";

const root = join(import.meta.dir, "../../../../..");

/** Documents of the repository that the site shows, in the order of its list, and where. */
const guides = [
  "quick-start",
  "authentication",
  "websocket",
  "chat-and-socket-io",
  "workspaces",
  "encryption",
  "errors",
  "limits",
];
const articles: Record<string, string> = {
  ...Object.fromEntries(guides.map((name) => [`docs/guides/${name}.md`, `/docs/guides/${name}`])),
  "docs/versioning.md": "/docs/versioning",
  "docs/operations.md": "/docs/operations",
  "docs/reference/configuration.md": "/docs/configuration",
  "CHANGELOG.md": "/docs/changelog",
};

/** Documents that are pages of another making here. */
const elsewhere: Record<string, string> = {
  "docs/reference/realtime.md": "/docs/realtime",
  "docs/reference/errors.md": "/docs/errors",
  "docs/reference/routes.md": "/docs",
};

/** What a search finds: a page, or a place in one. */
interface Finding {
  title: string;
  /** The page it is on, or the route. */
  place: string;
  href: string;
}

interface Site {
  /** HTML by path. */
  pages: Map<string, string>;
  /** What the page's script searches through. */
  findings: Finding[];
}

interface SiteOptions {
  document: JsonObject;
  frames: readonly FrameGroup[];
  socketPaths: readonly string[];
  style: string;
  script: string;
}

/** The whole documentation, made from the OpenAPI document, the frames of the socket and the repository's guides. */
export function buildSite({ document, frames, socketPaths, style, script }: SiteOptions): Site {
  const [server] = Array.isArray(document.servers) ? document.servers : [];
  const url = isObject(server) ? String(server.url) : "";
  const written = Object.entries(articles).map(([file, path]) => articlePage(file, path, url));
  const tags = tagsOf(document);
  const cards = written
    .filter(({ path }) => path.startsWith("/docs/guides/"))
    .map(({ path, title, description }) => ({ href: path, title, lead: firstSentence(description) }));
  const socket = tags.find(({ tag }) => tag === socketTag)?.operations ?? [];
  const rest = tags.filter(({ tag }) => tag !== socketTag);
  const pages: PageParts[] = [
    overviewPage(cards, url),
    ...written,
    ...rest.map(({ tag, about, operations }) => tagPage(tag, about, operations, document)),
    realtimePage(frames, socketPaths, socket, document),
    errorsPage(),
  ];
  const link = (path: string) => ({
    href: path,
    title: pages.find((page) => page.path === path)?.title ?? path,
  });
  const nav: NavGroup[] = [
    { title: "Guides", links: [{ href: "/docs", title: "Overview" }, ...cards] },
    { title: "API", links: rest.map(({ tag }) => ({ href: tagPath(tag), title: tag })) },
    {
      title: "More",
      links: ["/docs/realtime", "/docs/errors", "/docs/versioning", "/docs/changelog"].map(link),
    },
    { title: "For operators", links: ["/docs/operations", "/docs/configuration"].map(link) },
  ];
  const shell = { version, nav, style, script };
  return {
    pages: new Map(pages.map((page) => [page.path, renderShell(page, shell)])),
    findings: findingsOf(
      pages,
      tags.flatMap(({ operations }) => operations),
    ),
  };
}

function firstSentence(text: string): string {
  return /^.+?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}

/** Guides name a server on one's own machine; the page names the server that it is read on. */
function articlePage(file: string, path: string, url: string): PageParts {
  const markdown = readFileSync(join(root, file), "utf8").replaceAll("http://127.0.0.1:8080", url);
  const article = renderArticle(markdown, (link) => {
    const [target = "", anchor] = link.split("#", 2);
    const named = target === "" ? file : posix.join(posix.dirname(file), target);
    const page = articles[named] ?? elsewhere[named];
    return page === undefined ? null : `${page}${anchor === undefined ? "" : `#${anchor}`}`;
  });
  const { title, html, sections, lead } = article;
  return { path, title, description: lead, html, sections, isWide: false };
}

interface Tag {
  tag: string;
  about: string;
  operations: Operation[];
}

/** Tags with their operations, in the document's order. */
function tagsOf(document: JsonObject): Tag[] {
  const operations = Map.groupBy(operationsOf(document), ({ tag }) => tag);
  const listed = (Array.isArray(document.tags) ? document.tags : []).filter(isObject);
  const about = new Map(listed.map(({ name, description }) => [String(name), String(description)]));
  const names = [...new Set([...about.keys(), ...operations.keys()])];
  return names
    .map((tag) => ({ tag, about: about.get(tag) ?? "", operations: operations.get(tag) ?? [] }))
    .filter((each) => each.operations.length > 0);
}

function findingsOf(pages: PageParts[], operations: Operation[]): Finding[] {
  const ofOperations = operations.map(({ id, method, path, summary, tag }) => ({
    title: summary,
    place: `${method} ${path}`,
    href: `${tagPath(tag)}#${id}`,
  }));
  const ofPages = pages.map(({ path, title }) => ({ title, place: path, href: path }));
  const ofSections = pages
    .filter(({ path }) => !path.startsWith("/docs/reference/"))
    .flatMap(({ path, title: page, sections }) =>
      sections.map(({ id, title }) => ({ title, place: page, href: `${path}#${id}` })),
    );
  return [...ofPages, ...ofOperations, ...ofSections];
}
