/**
 * `bun database-locker.ts FILE MS`: takes the write lock of a SQLite database as a second process, prints «locked»,
 * holds it for MS milliseconds and gives it back with nothing changed.
 */
import { Database } from "bun:sqlite";

const [file = "", forMs = ""] = Bun.argv.slice(2);
const database = new Database(file, { readwrite: true });
database.run("PRAGMA busy_timeout = 5000");
database.run("BEGIN EXCLUSIVE");
process.stdout.write("locked\n");
await Bun.sleep(Number(forMs));
database.run("ROLLBACK");
database.close();
