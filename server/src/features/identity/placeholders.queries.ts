import type { Queries } from "../../platform/db/database.ts";
import { folded } from "../../platform/folded.ts";
import { newId } from "../../platform/ids.ts";

/** An imported author: shown by name, cannot sign in. */
export interface Placeholder {
  id: string;
  displayName: string;
}

const usernamePrefix = "imported";
const rowsAtOnce = 200;

/**
 * Finds or makes one placeholder a name; names equal but for case are one, the first spelling is kept. Their
 * usernames are generated, so that a nick never takes a name that a person may want.
 * @returns placeholders by `folded`-folded name.
 */
export async function insertPlaceholders(
  query: Queries,
  organizationId: string,
  names: Iterable<string>,
  at: number,
): Promise<Map<string, Placeholder>> {
  const known = await listPlaceholders(query, organizationId);
  const missing: Placeholder[] = [];
  for (const name of names) {
    const key = folded(name);
    if (known.has(key)) continue;
    const placeholder = { id: newId(), displayName: name };
    known.set(key, placeholder);
    missing.push(placeholder);
  }
  for (let from = 0; from < missing.length; from += rowsAtOnce) {
    const rows = missing.slice(from, from + rowsAtOnce).map(({ id, displayName }) => {
      const username = `${usernamePrefix}-${id.replaceAll("-", "").slice(-16)}`;
      return {
        id,
        organization_id: organizationId,
        username,
        username_key: username,
        email: null,
        email_key: null,
        password_hash: null,
        display_name: displayName,
        display_name_key: folded(displayName),
        avatar_url: null,
        role: "user" as const,
        is_placeholder: 1 as const,
        created_at: at,
        updated_at: at,
        last_seen_at: null,
        organization_role: "Developer" as const,
        first_name: null,
        last_name: null,
        last_login_at: null,
      };
    });
    await query.insertInto("users").values(rows).execute();
  }
  return known;
}

async function listPlaceholders(query: Queries, organizationId: string): Promise<Map<string, Placeholder>> {
  const rows = await query
    .selectFrom("users")
    .select(["id", "display_name"])
    .where("organization_id", "=", organizationId)
    .where("is_placeholder", "=", 1)
    .execute();
  return new Map(
    rows.map((row) => [folded(row.display_name), { id: row.id, displayName: row.display_name }]),
  );
}
