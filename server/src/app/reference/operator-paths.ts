import type { ErrorCode } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/http/json-schema.ts";
import { failure } from "../../platform/http/openapi.ts";
import { version } from "../version.ts";

function answer(about: string, example: JsonObject): JsonObject {
  return { description: about, content: { "application/json": { schema: { type: "object" }, example } } };
}

function operator(id: string, summary: string, ok: JsonObject, ...errors: ErrorCode[]): JsonObject {
  return {
    get: {
      operationId: id,
      tags: ["Operator"],
      summary,
      security: [],
      responses: {
        "200": ok,
        "405": failure(["METHOD_NOT_ALLOWED"]),
        "500": failure(["INTERNAL_ERROR"]),
        ...(errors.length === 0 ? {} : { "503": failure(errors) }),
      },
    },
  };
}

/** What each group of routes is about. */
export const tags = {
  Authentication: "Signing up, in, out and on.",
  People: "Profiles, the organization's directory and presence.",
  Administration: "For whoever runs the server: accounts, bans, numbers, mails, the trail of what was done.",
  Organizations: "People who can see each other: who is in, as what, and invitations.",
  Sessions: "Where one is signed in.",
  Conversations: "Direct conversations and groups, and what each participant sets on them.",
  Participants: "Who takes part in a conversation, and as what.",
  Rooms: "Conversations that people find and enter by themselves.",
  Storage: "Files: how they come in and out.",
  Keys: "Public keys with which people begin end-to-end encrypted conversations.",
  Messages: "The log of a conversation.",
  Reactions: "Emoji on messages.",
  Pins: "Messages that a conversation keeps at hand.",
  Threads: "A message and the replies to it, and who follows them.",
  Moderation: "Bans from rooms, and what people complained about.",
  "Room members": "Who is in a room, and how one comes in and out.",
  "Administration of rooms": "Every room of the organization, for whoever administers the server.",
  Search: "Finding messages by their words.",
  "Workspace accounts": "Signing up with an organization of one's own, in, out and on; one's own account.",
  "Workspace sessions": "What an editor keeps of a piece of work. Each is its owner's alone.",
  "Workspace settings": "One's own settings by category and key.",
  Support: "Customers who ask, agents who answer.",
  Chats: "Conversations in the words of the chat surface.",
  "Chat messages": "Messages in the words of the chat surface.",
  "AI conversations": "Conversations of one person with a model: a log of its own kind, nobody else's.",
  Notifications: "What people are told of while they are away, and how.",
  Realtime: "WebSockets.",
  "API keys": "How programs come in.",
  Operator: "For whoever runs the server.",
};

/** Paths beside the route tables, for the OpenAPI document. */
export const operatorPaths: JsonObject = {
  "/health": operator(
    "getHealth",
    "The process answers",
    answer("`ok`, or `degraded` while the disk refuses writes", {
      success: true,
      data: { status: "ok", version },
    }),
  ),
  "/ready": operator(
    "getReadiness",
    "The database answers and migrations are in",
    answer("Ready for traffic", { success: true, data: { status: "ready" } }),
    "UNAVAILABLE",
  ),
  "/metrics": operator(
    "scrapeMetrics",
    "Numbers for monitoring, in Prometheus' text format; from this machine alone, or with PARLEY_METRICS_TOKEN as bearer",
    {
      description: "The numbers of this process",
      content: { "text/plain": { schema: { type: "string" }, example: "parley_messages_total 40134\n" } },
    },
    "UNAUTHORIZED",
    "FORBIDDEN",
  ),
  "/.well-known/jwks.json": operator(
    "getKeys",
    "Public keys that verify access tokens",
    answer("A JSON Web Key Set (RFC 7517)", {
      keys: [
        {
          kty: "OKP",
          crv: "Ed25519",
          x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
          kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
          alg: "EdDSA",
          use: "sig",
        },
      ],
    }),
  ),
  "/socket.io": {
    get: {
      operationId: "openSocketIo",
      tags: ["Realtime"],
      summary: "Connect with Socket.IO",
      description:
        "For public Socket.IO clients of version 4, over websocket or polling, with `auth: {token}` or `auth: {ticket}`; anything else is `connect_error` `UNAUTHORIZED`. Send `join-chat-room`, `leave-chat-room` (a chat's id, or `{chatId}`), `typing-start` and `typing-stop` (`{chatId}`), each acknowledged by `{ok, error?}`. A joined room hears `new-message`, `message-edited`, `message-deleted`, `messages-read`, `participants-added`, `participant-removed` and `user-typing`. Within two minutes a lost connection is recovered. The guide «Chat API and Socket.IO» shows all of it.",
      security: [],
      "x-codeSamples": [
        {
          lang: "TypeScript",
          source: 'import { io } from "socket.io-client";\n\nconst socket = io(url, { auth: { token } });',
        },
      ],
      parameters: [
        { name: "EIO", in: "query", required: true, schema: { type: "string", const: "4" }, example: "4" },
        {
          name: "transport",
          in: "query",
          required: true,
          schema: { type: "string", enum: ["polling", "websocket"] },
          example: "polling",
        },
      ],
      responses: {
        "101": { description: "Switching Protocols" },
        "200": { description: "The engine's first packet, by polling" },
        "400": { description: "Not a handshake of engine.io 4" },
        "403": { description: "A page of an origin that is not listed" },
      },
    },
  },
  "/v1/ws/chat": {
    get: {
      operationId: "openChatSocket",
      tags: ["Realtime"],
      summary: "Upgrade to the chat WebSocket",
      description:
        "Authenticate by the Authorization header, by the subprotocols `bearer, <token>`, or by `ticket`. A token in the URL is refused.",
      security: [{ bearer: [] }, {}],
      "x-codeSamples": [
        {
          lang: "TypeScript",
          source:
            'const address = url.replace("http", "ws") + "/v1/ws/chat?ticket=" + ticket;\n' +
            "const socket = new WebSocket(address);\n" +
            "socket.onmessage = ({ data }) => console.log(JSON.parse(data));",
        },
      ],
      parameters: [
        {
          name: "ticket",
          in: "query",
          required: false,
          schema: { type: "string" },
          description: "From POST /v1/auth/ws-ticket",
        },
        {
          name: "conversation_id",
          in: "query",
          required: false,
          schema: { type: "string", format: "uuid" },
          description: "Attach to this conversation alone",
        },
        {
          name: "resume",
          in: "query",
          required: false,
          schema: { type: "string", enum: ["true"] },
          description: "Live frames wait for your `resume`, 10 seconds at most",
        },
      ],
      responses: {
        "101": { description: "Switching Protocols" },
        "400": failure(["VALIDATION_ERROR"]),
        "401": failure(["UNAUTHORIZED", "TOKEN_EXPIRED"]),
        "403": failure(["FORBIDDEN"]),
        "404": failure(["NOT_FOUND"]),
        "429": failure(["RATE_LIMIT_EXCEEDED"]),
      },
    },
  },
};
