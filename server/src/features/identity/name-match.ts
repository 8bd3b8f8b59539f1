import { sql } from "kysely";
import { containing } from "../../platform/folded.ts";

/** Whether the text, folded or not, is part of a username or a display name. @param users that table in the query. */
export function isNamedLike(text: string, users: "users" | "u") {
  const pattern = containing(text);
  const username = sql.ref(`${users}.username_key`);
  const displayName = sql.ref(`${users}.display_name_key`);
  return sql<boolean>`(${username} like ${pattern} escape '\\' or ${displayName} like ${pattern} escape '\\')`;
}
