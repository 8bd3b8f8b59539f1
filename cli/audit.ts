import { verifyTrail } from "../server/src/app/audit-trail.ts";
import { readConfig } from "../server/src/platform/config.ts";
import { type Command, CommandFailed, UsageError } from "./command.ts";
import { readDatabase } from "./with-database.ts";

export const audit: Command = {
  summary: "Check the trail of sensitive operations",
  about:
    "«audit verify» reads the whole chain and names the first row that was changed, removed or swapped since it\nwas written. A server writes the chain's head into its log every hour: " +
    "with --head the chain must still hold that one,\nso that rows cut off at the end are missed too. It changes nothing, " +
    "and may run while the server runs and writes.",
  operands: ["verify"],
  flags: { "--head": { about: "a hash that the log named as the chain's head", value: "HASH" } },
  async run(given) {
    if (given.operand(0) !== "verify") throw new UsageError("audit can only verify: audit verify");
    const noted = given.has("--head") ? given.value("--head") : null;
    const found = await readDatabase(readConfig(process.env), (query) => verifyTrail(query, noted));
    if (found.kind === "broken")
      throw new CommandFailed(`The trail is broken at row ${found.position}: ${found.reason}.`);
    console.log(`The trail is whole: ${found.head.position} rows, head ${found.head.hash || "none"}.`);
    return 0;
  },
};
