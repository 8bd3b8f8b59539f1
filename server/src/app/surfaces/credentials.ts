import { apiKeyPrefix } from "../../features/identity/index.ts";
import type { OwnPages } from "../../platform/http/own-pages.ts";

/** The token of `Authorization: Bearer`, or the API key of `X-API-Key`, if there is one. The first wins. */
export function bearerOf(headers: Headers): string | undefined {
  const given = headers.get("authorization");
  const match = given === null ? null : /^Bearer +([^\s]+)$/i.exec(given);
  if (match !== null) return match[1];
  const key = headers.get("x-api-key");
  return key?.startsWith(apiKeyPrefix) === true ? key : undefined;
}

/** Whether it is the session cookie that signs the request in. */
export function isCookieRequest(pages: OwnPages, headers: Headers): boolean {
  return bearerOf(headers) === undefined && pages.cookieIn(headers.get("cookie")) !== undefined;
}
