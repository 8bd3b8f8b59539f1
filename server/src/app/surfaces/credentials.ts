import type { OwnPages } from "../../platform/http/own-pages.ts";

/** The token of `Authorization: Bearer`, if there is one. */
export function bearerOf(headers: Headers): string | undefined {
  const given = headers.get("authorization");
  if (given === null) return undefined;
  const match = /^Bearer +([^\s]+)$/i.exec(given);
  return match?.[1];
}

/** Whether it is the session cookie that signs the request in. */
export function isCookieRequest(pages: OwnPages, headers: Headers): boolean {
  return bearerOf(headers) === undefined && pages.cookieIn(headers.get("cookie")) !== undefined;
}
