import { newId } from "../ids.ts";
import type { Queries } from "./database.ts";

/** The name of this life of the database; it changes when a backup is restored. */
export async function readEpoch(query: Queries): Promise<string> {
  const row = await query
    .selectFrom("server_meta")
    .select("value")
    .where("key", "=", "epoch")
    .executeTakeFirstOrThrow();
  return row.value;
}

/** After a restore: clients must start afresh, since what they saw last may never have happened here. */
export async function startNewEpoch(query: Queries): Promise<string> {
  const epoch = newId();
  await query.updateTable("server_meta").set({ value: epoch }).where("key", "=", "epoch").execute();
  return epoch;
}
