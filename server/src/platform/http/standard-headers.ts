/** What every answer carries, whoever makes it (contract, section 1). */

const securityHeaders = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
] as const;

const requestIdShape = /^[A-Za-z0-9._-]{1,128}$/;

/** The client's own id of a request if it has the form for one, else a new one. */
export function requestIdOf(headers: Headers, newRequestId: () => string): string {
  const given = headers.get("x-request-id");
  return given !== null && requestIdShape.test(given) ? given : newRequestId();
}

/** @param https answers only over https may ask for it always. */
export function setStandardHeaders(headers: Headers, requestId: string, https: boolean): void {
  headers.set("x-request-id", requestId);
  for (const [name, value] of securityHeaders) {
    // A page brings a policy of its own.
    if (!headers.has(name)) headers.set(name, value);
  }
  if (https) headers.set("strict-transport-security", "max-age=31536000; includeSubDomains");
}
