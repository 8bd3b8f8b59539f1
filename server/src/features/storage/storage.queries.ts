import { type Selectable, sql, type Updateable } from "kysely";
import type { BulkTable } from "../../platform/db/bulk.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { FileTable } from "../../platform/db/schema-storage.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { containing } from "../../platform/folded.ts";
import { avatarPath } from "./file-urls.ts";

export type FileRow = Selectable<FileTable>;

/** Which message shares which file; written with the message. */
export const fileShareTable: BulkTable = {
  name: "file_shares",
  columns: ["conversation_id", "seq", "file_id"],
  key: ["conversation_id", "seq", "file_id"],
  replace: false,
};

export async function insertFile(query: Queries, file: FileTable): Promise<void> {
  await query.insertInto("files").values(file).execute();
}

/** Deleted ones too. */
export function findFile(query: Queries, organizationId: string, id: string): Promise<FileRow | undefined> {
  return query
    .selectFrom("files")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
}

/** For a signed URL, which names nobody. */
export function findFileById(query: Queries, id: string): Promise<FileRow | undefined> {
  return across(query, "secret").selectFrom("files").selectAll().where("id", "=", id).executeTakeFirst();
}

export function listFilesById(query: Queries, organizationId: string, ids: string[]): Promise<FileRow[]> {
  return query
    .selectFrom("files")
    .selectAll()
    .where("id", "in", ids)
    .where("organization_id", "=", organizationId)
    .execute();
}

/** Which of the ids are files, of any organization. */
export async function listKnownIds(query: Queries, ids: string[]): Promise<string[]> {
  const rows = await across(query, "upkeep")
    .selectFrom("files")
    .select("id")
    .where("id", "in", ids)
    .execute();
  return rows.map(({ id }) => id);
}

/** Of what the owner keeps, one change at a time; it keeps nobody from adding the owner to a conversation. */
export async function lockOwner(query: Queries, engine: Database["engine"], ownerId: string): Promise<void> {
  if (engine === "sqlite") return;
  await across(query, "account")
    .selectFrom("users")
    .select("id")
    .where("id", "=", ownerId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Bytes that the owner keeps, announced uploads included, deleted files not. */
export async function sumSizes(query: Queries, ownerId: string): Promise<number> {
  const row = await query
    .selectFrom("files")
    .select((eb) => eb.fn.sum<number>("size").as("size"))
    .where("owner_id", "=", ownerId)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return Number(row?.size ?? 0);
}

/** False if the file is not as it was when `where` was found. */
export async function updateFile(
  query: Queries,
  { id, owner_id: ownerId }: Pick<FileRow, "id" | "owner_id">,
  where: "pending" | "complete" | "kept" | "any",
  changes: Updateable<FileTable>,
): Promise<boolean> {
  let update = query.updateTable("files").set(changes).where("id", "=", id).where("owner_id", "=", ownerId);
  if (where === "pending") update = update.where("completed_at", "is", null);
  if (where === "complete") update = update.where("completed_at", "is not", null);
  if (where === "kept") update = update.where("deleted_at", "is", null);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

export interface FileFilter {
  isDeleted: boolean;
  page: ListPage;
}

/** The owner's complete files. */
export function listFiles(
  query: Queries,
  ownerId: string,
  { isDeleted, page }: FileFilter,
): Promise<FileRow[]> {
  let select = query
    .selectFrom("files")
    .selectAll()
    .where("owner_id", "=", ownerId)
    .where("completed_at", "is not", null)
    .where("deleted_at", isDeleted ? "is not" : "is", null);
  if (page.search) {
    const pattern = containing(page.search);
    select = select.where(sql<boolean>`name_key like ${pattern} escape '\\'`);
  }
  return cutPage(select, page).execute();
}

/** Conversations that the file is shared in, each once. */
export async function listSharingConversations(
  query: Queries,
  fileId: string,
  limit: number,
): Promise<string[]> {
  const rows = await query
    .selectFrom("file_shares")
    .select("conversation_id")
    .distinct()
    .where("file_id", "=", fileId)
    .limit(limit)
    .execute();
  return rows.map((row) => row.conversation_id);
}

/** The latest messages that share the file. */
export function listShares(query: Queries, fileId: string, limit: number) {
  return query
    .selectFrom("file_shares")
    .select(["conversation_id", "seq"])
    .where("file_id", "=", fileId)
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
}

export async function deleteShares(query: Queries, conversationId: string, seq: number): Promise<void> {
  await query
    .deleteFrom("file_shares")
    .where("conversation_id", "=", conversationId)
    .where("seq", "=", seq)
    .execute();
}

/** Uploads that were not completed in time, and files that were deleted long enough ago. */
export function listDue(query: Queries, pendingBefore: number, deletedBefore: number, limit: number) {
  return across(query, "upkeep")
    .selectFrom("files")
    .selectAll()
    .where(({ eb, and, or }) =>
      or([
        and([eb("completed_at", "is", null), eb("created_at", "<", pendingBefore)]),
        eb("deleted_at", "<", deletedBefore),
      ]),
    )
    .limit(limit)
    .execute();
}

export async function deleteFile(
  query: Queries,
  { id, owner_id: ownerId }: Pick<FileRow, "id" | "owner_id">,
): Promise<void> {
  await query.deleteFrom("file_shares").where("file_id", "=", id).execute();
  await query.deleteFrom("files").where("id", "=", id).where("owner_id", "=", ownerId).execute();
}

/** All files of somebody whose account ends: nobody can fetch them any more, and the next sweep removes their bytes. */
export async function eraseFilesOf(query: Queries, ownerId: string): Promise<void> {
  await query.updateTable("files").set({ deleted_at: 1 }).where("owner_id", "=", ownerId).execute();
}

/** People whose picture is a file here, by a link that does not begin so. */
export function listStrayAvatars(query: Queries, start: string) {
  return across(query, "upkeep")
    .selectFrom("users")
    .select(["id", "avatar_url"])
    .where("avatar_url", "like", `%${avatarPath}/%`)
    .where(sql<boolean>`substr(avatar_url, 1, ${sql.lit(start.length)}) <> ${start}`)
    .execute();
}

export async function updateAvatar(query: Queries, userId: string, avatarUrl: string): Promise<void> {
  await across(query, "upkeep")
    .updateTable("users")
    .set({ avatar_url: avatarUrl })
    .where("id", "=", userId)
    .execute();
}
