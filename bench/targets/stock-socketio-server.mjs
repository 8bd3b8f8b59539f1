/**
 * The other server of row (h): Socket.IO as it comes, on Node. It tells a room what is posted to it, in a message as
 * long as Parley's, and stores nothing. Started as a process of its own.
 */
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { room, content } = JSON.parse(Buffer.concat(chunks).toString());
  const sender = { _id: room, displayName: "Person", username: "person", avatarUrl: null };
  const message = {
    _id: room,
    chatId: room,
    seq: 1,
    sender,
    content,
    type: "text",
    replyTo: null,
    attachments: [],
  };
  const rest = {
    metadata: {},
    readBy: [],
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
  };
  io.to(room).emit("new-message", { chatId: room, message: { ...message, ...rest } });
  response.end("{}");
});
const io = new Server(http, { serveClient: false });
io.on("connection", (socket) => {
  socket.on("join-chat-room", (room, acknowledge) => {
    socket.join(room);
    acknowledge({ ok: true });
  });
});
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}/`));
