import type { Tx } from "../../platform/db/database.ts";
import type { UserRow } from "./identity.queries.ts";

/** What somebody gives beside the password. */
export interface FactorAnswer {
  code?: string | undefined;
  recoveryCode?: string | undefined;
}

/** Whether an account asks for more than its password, and whether the answer is right. */
export interface SecondFactor {
  /** @returns `missing`: one is asked for and none was given. A right answer is used up in `tx`. */
  check(tx: Tx, user: UserRow, answer: FactorAnswer): Promise<"right" | "wrong" | "missing">;
}
