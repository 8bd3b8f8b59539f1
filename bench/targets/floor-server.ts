/**
 * The floor: a bare Bun server that acknowledges from memory and publishes, and stores nothing. It parses
 * the frame and builds the frame out, as any chat server must, and does nothing else. Started by `floor.ts`
 * as a process of its own.
 *
 * Arguments: --ack send|topic, --frame-bytes N, --history ROWS PATH.
 */
import { Database } from "bun:sqlite";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    ack: { type: "string", default: "send" },
    "frame-bytes": { type: "string", default: "600" },
    history: { type: "string" },
    "history-path": { type: "string", default: ":memory:" },
  },
});

interface Seat {
  topic: string;
  inbox: string;
}

const frameBytes = Number(values["frame-bytes"]);
const ackByTopic = values.ack === "topic";
const padding = "x".repeat(frameBytes);
const readPage =
  values.history === undefined ? undefined : fillHistory(Number(values.history), values["history-path"]);
let seq = 0;
let connections = 0;

const server = Bun.serve<Seat>({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, self) {
    const url = new URL(request.url);
    const topic = url.searchParams.get("conversation_id");
    if (url.pathname === "/ws" && topic !== null) {
      const data = { topic, inbox: `inbox:${++connections}` };
      return self.upgrade(request, { data })
        ? undefined
        : new Response("expected an upgrade", { status: 400 });
    }
    if (url.pathname === "/page" && readPage !== undefined) {
      const messages = readPage.all(Number(url.searchParams.get("before")));
      return Response.json({ success: true, data: { messages } });
    }
    return Response.json({ success: true, data: {} });
  },
  websocket: {
    perMessageDeflate: false,
    backpressureLimit: 1024 * 1024,
    closeOnBackpressureLimit: true,
    open(socket) {
      socket.subscribe(socket.data.topic);
      if (ackByTopic) socket.subscribe(socket.data.inbox);
      socket.send('{"type":"hello"}');
    },
    message(socket, text) {
      const message: unknown = JSON.parse(String(text));
      if (!isChat(message)) return;
      seq++;
      const ack = `{"type":"ack","client_message_id":"${message.client_message_id}","message_id":"00000000-0000-7000-8000-000000000000","seq":${seq},"created_at":"2026-01-01T00:00:00.000Z"}`;
      if (ackByTopic) server.publish(socket.data.inbox, ack);
      else socket.send(ack);
      const frame = `{"type":"chat","seq":${seq},"content":${JSON.stringify(message.content)},"padding":"`;
      server.publish(
        socket.data.topic,
        `${frame}${padding.slice(0, Math.max(0, frameBytes - frame.length - 2))}"}`,
      );
    },
  },
});
console.log(server.url.href);

function isChat(value: unknown): value is { client_message_id: string; content: string } {
  return typeof value === "object" && value !== null && "client_message_id" in value && "content" in value;
}

/** A table of messages clustered by `seq`, and the statement that reads one page of 50 of it. */
function fillHistory(rows: number, path: string) {
  const database = new Database(path);
  database.run("pragma journal_mode = wal");
  database.run(
    "create table messages (conversation_id text, seq integer, message_id text, sender_id text, content text, " +
      "created_at integer, primary key (conversation_id, seq)) without rowid",
  );
  const insert = database.prepare("insert into messages values ('c', ?, ?, ?, ?, ?)");
  database.transaction(() => {
    for (let row = 1; row <= rows; row++) {
      insert.run(
        row,
        Bun.randomUUIDv7(),
        "00000000-0000-7000-8000-000000000000",
        `message ${row} `.repeat(4),
        row,
      );
    }
  })();
  return database.query<Record<string, unknown>, [number]>(
    "select * from messages where conversation_id = 'c' and seq < ? order by seq desc limit 50",
  );
}
