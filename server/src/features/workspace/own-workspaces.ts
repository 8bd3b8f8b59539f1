import type { Queries } from "../../platform/db/database.ts";
import { rowsInPages } from "../../platform/read-pages.ts";
import type { Owner } from "./tags.queries.ts";
import { findWorkspaceSession, listWorkspaceSessions } from "./workspace-sessions.queries.ts";
import { presentSession } from "./workspace-sessions.schema.ts";

const pageRows = 100;

/** Every workspace session of somebody with all it holds, last changed first; it does not count as accessed. */
export async function* allWorkspaceSessions(query: Queries, owner: Owner): AsyncGenerator<unknown> {
  const rows = rowsInPages<Awaited<ReturnType<typeof listWorkspaceSessions>>[number]>(pageRows, (last) =>
    listWorkspaceSessions(
      query,
      owner,
      last === undefined ? undefined : { updatedAt: last.updated_at, id: last.id },
      pageRows,
    ),
  );
  for await (const { id } of rows) {
    const session = await findWorkspaceSession(query, owner, id);
    if (session !== undefined) yield presentSession(session, []);
  }
}
