import { resolve } from "node:path";
import { isTimeZone } from "./clock.ts";
import { defaultFileTypes } from "./file-types.ts";
import { type AddressRange, parseAddressRange } from "./http/client-address.ts";
import { type LogLevel, logLevels } from "./log.ts";

/** All that the environment decides. `readConfig` is the only reader of the environment. */
export interface Config {
  port: number;
  host: string;
  /** Without a trailing slash; null: derived from the address listened on. */
  publicUrl: string | null;
  corsOrigins: string[];
  /** The browser session's cookie; a null domain keeps it to the host. */
  cookie: { name: string; domain: string | null };
  /** Null: there is no relay; mails are logged and shown to administrators. */
  mail: { url: string; from: string } | null;
  dataDir: string;
  databaseUrl: string | null;
  /** Encrypts the signing keys at rest; null: they are kept as they are. */
  secret: string | null;
  registration: "open" | "invite";
  /** What a password's hash takes, in KiB; nothing in the environment makes it less. */
  passwordMemoryKib: number;
  /** Of new organizations. */
  defaultTimeZone: string;
  defaultPlan: string;
  rateLimits: "default" | "off";
  logLevel: LogLevel;
  /** Null: only this machine sees `/metrics`. */
  metricsToken: string | null;
  trustedProxies: AddressRange[];
  editWindowMs: number;
  ai: {
    /** Ends in `/v1` mostly, never in a slash; null: there is no provider. */
    baseUrl: string | null;
    apiKey: string | null;
    defaultModel: string | null;
    contextWindow: number;
    silenceMs: number;
  };
  sqliteSynchronous: "FULL" | "NORMAL";
  fileTypes: readonly string[];
  /** Bytes that one user may keep. */
  fileQuota: number;
  /** Bytes of one file. */
  fileMax: number;
}

/** Every fault of the configuration at once, one line each. */
export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(faults.join("\n"));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** With one pass over it OWASP's least for Argon2id is 46 MiB. */
const passwordMemoryKib = 47_104;

type Environment = Record<string, string | undefined>;

interface Key<T> {
  /** For the reference and `doctor`. */
  about: string;
  allowed: string;
  byDefault: string;
  /** Undefined: the value is wrong. */
  parse(value: string): T | undefined;
}

function key<T>(
  about: string,
  allowed: string,
  byDefault: string,
  parse: (value: string) => T | undefined,
): Key<T> {
  return { about, allowed, byDefault, parse };
}

function oneOf<T extends string>(...words: readonly T[]): (value: string) => T | undefined {
  return (value) => words.find((word) => word === value);
}

/** Every key. A value that does not fit stops the start. */
export const configKeys = {
  PORT: key("TCP port; 0 picks a free one", "a whole number from 0 to 65535", "8080", wholeNumber(0, 65_535)),
  HOST: key("address to listen on", "a host name or IP address", "127.0.0.1", (value) =>
    /^[A-Za-z0-9.:_-]+$/.test(value) ? value : undefined,
  ),
  PARLEY_PUBLIC_URL: key(
    "what mails, Origin checks, invitations and signed URLs use",
    "an http:// or https:// URL without a path; unset: http://HOST:PORT",
    "",
    parseOrigin,
  ),
  PARLEY_COOKIE_DOMAIN: key(
    "domain of the browser sessions' cookie; unset: only the host that set it",
    "a domain that the host of PARLEY_PUBLIC_URL is in, such as shop.example",
    "",
    (value) => (/^([a-z0-9-]+\.)+[a-z0-9-]+$/i.test(value) ? value.toLowerCase() : undefined),
  ),
  PARLEY_COOKIE_NAME: key(
    "name of that cookie; unset: __Host-parley under https (__Secure-parley with a domain), parley else",
    "letters, digits, «_» and «-»; __Host- and __Secure- only under https, __Host- only without a domain",
    "",
    (value) => (/^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined),
  ),
  PARLEY_CORS_ORIGINS: key(
    "origins that may call the API from a page",
    "comma-separated exact origins, such as https://shop.example",
    "",
    (value) => list(value, parseOrigin),
  ),
  SMTP_URL: key(
    "the relay that takes mails; unset: they are logged, and shown to administrators",
    "smtp://user:password@host:port (STARTTLS where the relay has it) or smtps://…",
    "",
    parseSmtpUrl,
  ),
  MAIL_FROM: key(
    "whom mails come from; unset: Parley <parley@the host of PARLEY_PUBLIC_URL>",
    "an e-mail address, or Name <address>",
    "",
    (value) =>
      /^([^<>"\r\n]* <[^\s@<>"]+@[^\s@<>"]+>|[^\s@<>"]+@[^\s@<>"]+)$/.test(value) ? value : undefined,
  ),
  PARLEY_DATA_DIR: key("database, files and keys; made if missing", "a folder's path", "./data", (value) =>
    value.includes("\0") ? undefined : resolve(value),
  ),
  DATABASE_URL: key(
    "unset: SQLite in the data folder",
    "postgres://user:password@host:port/database, with characters such as # / ? @ of the password percent-encoded",
    "",
    parsePostgresUrl,
  ),
  PARLEY_SECRET: key(
    "encrypts signing keys in the database",
    "at least 32 characters, random",
    "",
    (value) => (value.length >= 32 && new Set(value).size >= 8 ? value : undefined),
  ),
  PARLEY_REGISTRATION: key("who may register", "open or invite", "open", oneOf("open", "invite")),
  PARLEY_DEFAULT_TIME_ZONE: key(
    "time zone of new organizations",
    "an IANA time zone, such as Europe/Berlin",
    "UTC",
    (value) => (isTimeZone(value) ? value : undefined),
  ),
  PARLEY_DEFAULT_PLAN: key(
    "plan of new organizations; Parley only shows it",
    "1 to 40 of a-z, 0-9, _ and -",
    "free",
    (value) => (/^[a-z0-9_-]{1,40}$/.test(value) ? value : undefined),
  ),
  PARLEY_RATE_LIMITS: key(
    "off lifts the rates and the connection count, for benchmarks and tests",
    "default or off",
    "default",
    oneOf("default", "off"),
  ),
  PARLEY_LOG_LEVEL: key("least level that is logged", logLevels.join(", "), "info", oneOf(...logLevels)),
  PARLEY_METRICS_TOKEN: key(
    "what whoever asks for /metrics sends as a bearer token; without it only this machine may ask",
    "visible ASCII characters",
    "",
    parseToken,
  ),
  PARLEY_TRUSTED_PROXIES: key(
    "proxies whose X-Forwarded-For counts",
    "comma-separated IP addresses or CIDR ranges",
    "",
    (value) => list(value, parseAddressRange),
  ),
  PARLEY_FILE_TYPES: key(
    "media types of files that people may upload",
    "comma-separated media types, such as image/png,application/pdf",
    defaultFileTypes.join(","),
    (value) => list(value, (item) => (/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(item) ? item : undefined)),
  ),
  PARLEY_FILE_QUOTA: key(
    "how much one user may keep",
    "bytes, or a number with KiB, MiB or GiB",
    "1GiB",
    bytes,
  ),
  PARLEY_FILE_MAX: key(
    "how large one file may be",
    "bytes, or a number with KiB, MiB or GiB",
    "100MiB",
    bytes,
  ),
  PARLEY_EDIT_WINDOW: key(
    "seconds in which an author may edit a message",
    "a whole number from 1 to 86400",
    "900",
    wholeNumber(1, 86_400),
  ),
  AI_BASE_URL: key(
    "server of OpenAI's chat completions that answers AI conversations; unset: they are not answered",
    "an http:// or https:// URL, such as http://127.0.0.1:1234/v1",
    "",
    parseBaseUrl,
  ),
  AI_API_KEY: key("key for that server", "visible ASCII characters", "", parseToken),
  AI_DEFAULT_MODEL: key("model to use where none is named", "1 to 200 characters", "", (value) =>
    value.length <= 200 ? value : undefined,
  ),
  AI_CONTEXT_WINDOW: key(
    "tokens that a model takes in all, where the server does not say",
    "a whole number from 512 to 10000000",
    "8192",
    wholeNumber(512, 10_000_000),
  ),
  AI_TIMEOUT: key(
    "seconds of silence after which the AI server counts as gone",
    "a whole number from 1 to 600",
    "60",
    wholeNumber(1, 600),
  ),
  PARLEY_TEST_SQLITE_SYNCHRONOUS: key(
    "for the power-cut test's control run only: NORMAL loses acknowledged messages",
    "FULL or NORMAL",
    "FULL",
    oneOf("FULL", "NORMAL"),
  ),
} as const;

/**
 * Reads the configuration. An empty value counts as unset.
 * @throws ConfigError with one line for each wrong variable: its name, its value, what is allowed.
 */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const read = <T>(name: string, from: Key<T>): T | null => {
    const given = env[name];
    const text = given === undefined || given === "" ? from.byDefault : given;
    if (text === "") return null;
    const value = from.parse(text);
    if (value === undefined) {
      faults.push(`${name}=${shown(name, text)} is not valid; allowed: ${from.allowed}`);
      return null;
    }
    return value;
  };
  const keys = configKeys;
  const publicUrl = read("PARLEY_PUBLIC_URL", keys.PARLEY_PUBLIC_URL);
  const domain = read("PARLEY_COOKIE_DOMAIN", keys.PARLEY_COOKIE_DOMAIN);
  const smtpUrl = read("SMTP_URL", keys.SMTP_URL);
  const from = read("MAIL_FROM", keys.MAIL_FROM) ?? `Parley <parley@${hostOf(publicUrl)}>`;
  const named = read("PARLEY_COOKIE_NAME", keys.PARLEY_COOKIE_NAME);
  faults.push(...cookieFaults(publicUrl, domain, named));
  const config = {
    port: read("PORT", keys.PORT) ?? 0,
    host: read("HOST", keys.HOST) ?? "",
    publicUrl,
    corsOrigins: read("PARLEY_CORS_ORIGINS", keys.PARLEY_CORS_ORIGINS) ?? [],
    mail: smtpUrl === null ? null : { url: smtpUrl, from },
    cookie: { name: named ?? cookieNameFor(publicUrl, domain), domain },
    dataDir: read("PARLEY_DATA_DIR", keys.PARLEY_DATA_DIR) ?? "",
    databaseUrl: read("DATABASE_URL", keys.DATABASE_URL),
    secret: read("PARLEY_SECRET", keys.PARLEY_SECRET),
    passwordMemoryKib,
    registration: read("PARLEY_REGISTRATION", keys.PARLEY_REGISTRATION) ?? "open",
    defaultTimeZone: read("PARLEY_DEFAULT_TIME_ZONE", keys.PARLEY_DEFAULT_TIME_ZONE) ?? "",
    defaultPlan: read("PARLEY_DEFAULT_PLAN", keys.PARLEY_DEFAULT_PLAN) ?? "",
    rateLimits: read("PARLEY_RATE_LIMITS", keys.PARLEY_RATE_LIMITS) ?? "default",
    logLevel: read("PARLEY_LOG_LEVEL", keys.PARLEY_LOG_LEVEL) ?? "info",
    metricsToken: read("PARLEY_METRICS_TOKEN", keys.PARLEY_METRICS_TOKEN),
    trustedProxies: read("PARLEY_TRUSTED_PROXIES", keys.PARLEY_TRUSTED_PROXIES) ?? [],
    editWindowMs: (read("PARLEY_EDIT_WINDOW", keys.PARLEY_EDIT_WINDOW) ?? 0) * 1000,
    ai: readAi(read),
    sqliteSynchronous: read("PARLEY_TEST_SQLITE_SYNCHRONOUS", keys.PARLEY_TEST_SQLITE_SYNCHRONOUS) ?? "FULL",
    fileTypes: read("PARLEY_FILE_TYPES", keys.PARLEY_FILE_TYPES) ?? [],
    fileQuota: read("PARLEY_FILE_QUOTA", keys.PARLEY_FILE_QUOTA) ?? 0,
    fileMax: read("PARLEY_FILE_MAX", keys.PARLEY_FILE_MAX) ?? 0,
  } satisfies Config;
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

function readAi(read: <T>(name: string, from: Key<T>) => T | null): Config["ai"] {
  const keys = configKeys;
  return {
    baseUrl: read("AI_BASE_URL", keys.AI_BASE_URL),
    apiKey: read("AI_API_KEY", keys.AI_API_KEY),
    defaultModel: read("AI_DEFAULT_MODEL", keys.AI_DEFAULT_MODEL),
    contextWindow: read("AI_CONTEXT_WINDOW", keys.AI_CONTEXT_WINDOW) ?? 0,
    silenceMs: (read("AI_TIMEOUT", keys.AI_TIMEOUT) ?? 0) * 1000,
  };
}

function cookieNameFor(publicUrl: string | null, domain: string | null): string {
  if (!isHttps(publicUrl)) return "parley";
  return domain === null ? "__Host-parley" : "__Secure-parley";
}

/** What browsers would refuse without a word (RFC 6265bis): a session that never comes back. */
function cookieFaults(publicUrl: string | null, domain: string | null, name: string | null): string[] {
  const faults: string[] = [];
  const host = hostOf(publicUrl);
  if (domain !== null && host !== domain && !host.endsWith(`.${domain}`)) {
    const { allowed } = configKeys.PARLEY_COOKIE_DOMAIN;
    faults.push(`PARLEY_COOKIE_DOMAIN=${JSON.stringify(domain)} is not valid; allowed: ${allowed}`);
  }
  const isBound = name !== null && /^__(Host|Secure)-/i.test(name);
  if (isBound && (!isHttps(publicUrl) || (/^__Host-/i.test(name) && domain !== null))) {
    const { allowed } = configKeys.PARLEY_COOKIE_NAME;
    faults.push(`PARLEY_COOKIE_NAME=${JSON.stringify(name)} is not valid; allowed: ${allowed}`);
  }
  return faults;
}

function hostOf(url: string | null): string {
  return url === null ? "localhost" : new URL(url).hostname;
}

export function isHttps(url: string | null): boolean {
  return url?.startsWith("https:") === true;
}

/** Secrets and the password in a URL never reach a terminal or a log. */
function shown(name: string, value: string): string {
  if (["PARLEY_SECRET", "PARLEY_METRICS_TOKEN", "AI_API_KEY"].includes(name)) return "(hidden)";
  return JSON.stringify(value.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/, "$1:***@"));
}

function parseToken(value: string): string | undefined {
  return /^[\x21-\x7e]{1,1000}$/.test(value) ? value : undefined;
}

function parseBaseUrl(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isBare = url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  return isBare ? url.href.replace(/\/+$/, "") : undefined;
}

function wholeNumber(least: number, most: number): (value: string) => number | undefined {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };
}

const units: Readonly<Record<string, number>> = { "": 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function bytes(value: string): number | undefined {
  const [, digits = "", unit = ""] = /^([1-9]\d{0,14})(KiB|MiB|GiB)?$/.exec(value) ?? [];
  const number = Number(digits) * (units[unit] ?? 1);
  return digits !== "" && Number.isSafeInteger(number) ? number : undefined;
}

function list<T>(value: string, parse: (item: string) => T | undefined): T[] | undefined {
  const items: T[] = [];
  for (const text of value.split(",")) {
    const item = parse(text.trim());
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function parseOrigin(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  return bare ? url.origin : undefined;
}

function parseSmtpUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" ? value : undefined;
}

function parsePostgresUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) ? value : undefined;
}
