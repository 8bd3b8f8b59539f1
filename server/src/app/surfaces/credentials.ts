/** The token of `Authorization: Bearer`, if there is one. */
export function bearerOf(headers: Headers): string | undefined {
  const given = headers.get("authorization");
  if (given === null) return undefined;
  const match = /^Bearer +([^\s]+)$/i.exec(given);
  return match?.[1];
}
