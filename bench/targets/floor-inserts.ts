/**
 * The floor of storing: grouped inserts into one table with one index, WAL, synchronous=FULL, each group one
 * commit. Arguments: database path, rows a group, seconds. Prints «rows/s CPU-µs/row».
 */
import { Database } from "bun:sqlite";

const [path = "", group = "", seconds = ""] = process.argv.slice(2);
const CONVERSATIONS = 250;
const CONTENT = "a message about as long as people write them in a chat, with room for a stamp";

const database = new Database(path, { create: true });
database.run("pragma journal_mode = wal");
database.run("pragma synchronous = full");
database.run(
  "create table messages (id integer primary key, conversation integer, seq integer, message_id text, " +
    "sender_id text, content text, created_at integer)",
);
database.run("create unique index messages_by_seq on messages (conversation, seq)");
const insert = database.prepare("insert into messages values (null, ?, ?, ?, ?, ?, ?)");
const insertGroup = database.transaction((from: number, count: number) => {
  for (let row = from; row < from + count; row++) {
    insert.run(
      row % CONVERSATIONS,
      Math.floor(row / CONVERSATIONS),
      Bun.randomUUIDv7(),
      "sender",
      CONTENT,
      row,
    );
  }
}).immediate;

let rows = 0;
const rowsAGroup = Number(group);
const end = performance.now() + Number(seconds) * 1000;
const cpuBefore = process.cpuUsage();
const start = performance.now();
while (performance.now() < end) {
  insertGroup(rows, rowsAGroup);
  rows += rowsAGroup;
}
const elapsed = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuBefore);
console.log(`${(rows / elapsed).toFixed(0)} ${((cpu.user + cpu.system) / rows).toFixed(2)}`);
database.close();
