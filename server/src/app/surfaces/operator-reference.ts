const answer = (about: string) => ({
  description: about,
  content: { "application/json": { schema: { type: "object" } } },
});

const failure = (about: string) => ({
  description: about,
  content: { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } },
});

const operator = (id: string, summary: string, responses: Record<string, object>) => ({
  get: {
    operationId: id,
    tags: ["Operator"],
    summary,
    security: [],
    responses: { ...responses, "500": failure("`INTERNAL_ERROR`") },
  },
});

/** What each group of routes is about. */
export const tags = {
  Authentication: "Signing up, in, out and on.",
  People: "Profiles, the organization's directory and presence.",
  Sessions: "Where one is signed in.",
  Conversations: "Direct conversations and groups, and what each participant sets on them.",
  Participants: "Who takes part in a conversation, and as what.",
  Rooms: "Conversations that people find and enter by themselves.",
  Messages: "The log of a conversation.",
  "Workspace accounts": "Signing up with an organization of one's own, in, out and on; one's own account.",
  Realtime: "WebSockets.",
  Operator: "For whoever runs the server.",
};

/** Paths beside the route tables, for the OpenAPI document. */
export const operatorPaths = JSON.parse(
  JSON.stringify({
    "/health": operator("getHealth", "The process answers", {
      "200": answer("`ok`, or `degraded` while the disk refuses writes"),
      "405": failure("`METHOD_NOT_ALLOWED`"),
    }),
    "/ready": operator("getReadiness", "The database answers and migrations are in", {
      "200": answer("Ready for traffic"),
      "405": failure("`METHOD_NOT_ALLOWED`"),
      "503": failure("`UNAVAILABLE`"),
    }),
    "/.well-known/jwks.json": operator("getKeys", "Public keys that verify access tokens", {
      "200": answer("A JSON Web Key Set (RFC 7517)"),
      "405": failure("`METHOD_NOT_ALLOWED`"),
    }),
    "/v1/ws/chat": {
      get: {
        operationId: "openChatSocket",
        tags: ["Realtime"],
        summary: "Upgrade to the chat WebSocket",
        description:
          "Authenticate by the Authorization header, by the subprotocols `bearer, <token>`, or by `ticket`. A token in the URL is refused.",
        security: [{ bearer: [] }, {}],
        parameters: [
          {
            name: "ticket",
            in: "query",
            schema: { type: "string" },
            description: "From POST /v1/auth/ws-ticket",
          },
          { name: "conversation_id", in: "query", schema: { type: "string", format: "uuid" } },
          { name: "resume", in: "query", schema: { type: "string", enum: ["true"] } },
        ],
        responses: {
          "101": { description: "Switching Protocols" },
          "400": failure("`VALIDATION_ERROR`"),
          "401": failure("`UNAUTHORIZED`, `TOKEN_EXPIRED`"),
          "403": failure("`FORBIDDEN`"),
          "404": failure("`NOT_FOUND`"),
          "429": failure("`RATE_LIMIT_EXCEEDED`"),
        },
      },
    },
  }),
);
