import { client } from "../../platform/client.ts";
import { conversations, findConversation, markReadHere } from "../conversations/index.ts";
import { ownId } from "../identity/index.ts";

/** Receipts of one moment go as one: a mark covers all before it. */
const gatherMs = 250;
/** After coming back: the conversations whose delivery is told at once. */
const toldAtOnce = 50;

const delivered = new Map<string, number>();
const read = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | null = null;

/** Tells the server what has arrived here, also while one was away. */
export function startReceipts(): void {
  client.on("chat", (frame) => {
    if (frame.sender_id !== ownId()) note(delivered, frame.conversation_id, frame.seq);
  });
  client.on("connection", ({ status }) => {
    if (status === "online") tellWaiting();
  });
  conversations.subscribe(tellWaiting);
  client.on("signed_out", () => {
    delivered.clear();
    read.clear();
    told.clear();
  });
}

const told = new Set<string>();

/** What was listed has arrived, though no frame brought it. */
function tellWaiting(): void {
  if (!client.realtime.isOpen) return;
  const { byId, current } = conversations.get();
  for (const id of current.order) {
    const conversation = byId.get(id);
    if (conversation === undefined || conversation.unread_count === 0 || told.has(id)) continue;
    if (told.size >= toldAtOnce) return;
    told.add(id);
    note(delivered, id, conversation.seq);
  }
}

/** One has seen everything up to here. */
export function noteRead(conversationId: string, seq: number): void {
  const conversation = findConversation(conversationId);
  if (conversation === undefined || seq <= conversation.last_read_seq) return;
  markReadHere(conversationId, seq);
  note(read, conversationId, seq);
}

function note(marks: Map<string, number>, conversationId: string, seq: number): void {
  marks.set(conversationId, Math.max(marks.get(conversationId) ?? 0, seq));
  timer ??= setTimeout(tell, gatherMs);
}

/** Without a connection they wait: the next one tells them. */
function tell(): void {
  timer = null;
  for (const [id, seq] of read) if (client.realtime.read(id, seq)) read.delete(id);
  for (const [id, seq] of delivered) if (client.realtime.delivered(id, seq)) delivered.delete(id);
  if (read.size + delivered.size > 0 && timer === null) timer = setTimeout(tell, 20 * gatherMs);
}
