import type { Queries } from "../../platform/db/database.ts";
import type { WorkspaceTagTable } from "../../platform/db/schema-workspace.ts";
import type { Actor } from "../../platform/http/actor.ts";

/** Whose things: every query of what is personal names both. */
export type Owner = Pick<Actor, "userId" | "organizationId">;

type TaggedKind = WorkspaceTagTable["kind"];

/** The tags of a thing become these. Call it in the transaction that writes the thing. */
export async function replaceTags(
  query: Queries,
  owner: Owner,
  kind: TaggedKind,
  objectId: string,
  tags: readonly string[],
): Promise<void> {
  await query
    .deleteFrom("workspace_tags")
    .where("object_id", "=", objectId)
    .where("user_id", "=", owner.userId)
    .where("organization_id", "=", owner.organizationId)
    .execute();
  if (tags.length === 0) return;
  await query
    .insertInto("workspace_tags")
    .values(
      tags.map((tag) => ({
        object_id: objectId,
        tag,
        kind,
        user_id: owner.userId,
        organization_id: owner.organizationId,
      })),
    )
    .execute();
}
