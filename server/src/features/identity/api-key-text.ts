import { z } from "zod";
import { type Actor, type Scope, scopes } from "../../platform/http/actor.ts";
import { isId } from "../../platform/ids.ts";

/** What tells an API key from every other credential, for people and for scanners of leaked secrets. */
export const apiKeyPrefix = "pak_";

const idLength = 36;
const scopesSchema = z.array(z.enum(scopes));

/** `pak_<id>_<secret>`. @param id of the session. */
export function apiKeyOf(id: string, secret: string): string {
  return `${apiKeyPrefix}${id}_${secret}`;
}

/** Its two parts; a null id: it is malformed. */
export function readApiKey(key: string): { id: string | null; secret: string } {
  const rest = key.slice(apiKeyPrefix.length);
  const id = rest.slice(0, idLength);
  return { id: isId(id) && rest[idLength] === "_" ? id : null, secret: rest.slice(idLength + 1) };
}

/** As a session's row has them; undefined: the session is a person's. */
export function readScopes(text: string | null): Scope[] | undefined {
  return text === null ? undefined : scopesSchema.parse(JSON.parse(text));
}

export function withScopes(actor: Actor, of: Scope[] | undefined): Actor {
  return of === undefined ? actor : { ...actor, scopes: of };
}
