import { randomBytes } from "node:crypto";
import { type Row, row } from "./rows.ts";
import type { World } from "./world.ts";

const text = { content: "hello" };
const inTheGroup = (world: World) => ({
  conversation_id: world.group,
  message_type: "text",
  ...text,
});
const withBystander = (world: World) => ({ user_ids: [world.bystander] });
const smile = { emoji: "🙂" };
const smileQuery = "?emoji=%F0%9F%99%82";
const picture = { file_name: "pixel.png", file_size: 68, content_type: "image/png" };
const secretSetting = { at: "category key", codes: { "404": "SETTING_NOT_FOUND" } };
const unique = () => randomBytes(6).toString("hex");

/** Conversations, messages, rooms, files, support, and what belongs to one person alone. */
export const rowsOfTalks: Record<string, Row> = {
  "POST /v1/conversations": row("creation", 201, {
    body: (world: World) => ({
      type: "group",
      title: "Another",
      participant_ids: [world.bystander],
    }),
    but: { foreigner: "404" },
  }),
  "GET /v1/conversations": row("oneself", 200),
  "GET /v1/conversations/:id": row("inGroup", 200, { at: "group" }),
  "PATCH /v1/conversations/:id": row("groupAdmin", 200, { at: "group", body: { description: "Ours" } }),
  "PUT /v1/conversations/:id/settings": row("groupAdmin", 200, {
    at: "group",
    body: { is_e2ee_enabled: false },
  }),
  "DELETE /v1/conversations/:id": row("inGroup", 200, { at: "group" }),
  "POST /v1/conversations/:id/archive": row("inGroup", 200, { at: "group", body: { archived: false } }),
  "POST /v1/conversations/:id/mute": row("inGroup", 200, { at: "group", body: {} }),
  "DELETE /v1/conversations/:id/mute": row("inGroup", 200, { at: "group" }),
  "POST /v1/conversations/:id/mark-read": row("inGroup", 200, { at: "group", body: {} }),
  "GET /v1/conversations/:id/participants": row("inGroup", 200, { at: "group" }),
  "POST /v1/conversations/:id/participants": row("groupAdmin", 200, {
    at: "group",
    body: withBystander,
    fresh: "account",
  }),
  "PATCH /v1/conversations/:id/participants/:userId": row("groupAdmin", 200, {
    at: "group bystander",
    body: { role: "member" },
  }),
  "DELETE /v1/conversations/:id/participants/:userId": row("groupAdmin", 200, {
    at: "group bystander",
    fresh: "group",
  }),
  "POST /v1/conversations/:id/leave": row("groupWrite", 200, { at: "group", fresh: "group" }),

  "POST /v1/storage/upload-url": row("addition", 200, { body: picture }),
  "PUT /v1/storage/uploads/:file_id": row("open", 200, {
    at: "upload",
    query: ({ uploadQuery }) => uploadQuery,
    body: "picture",
  }),
  "POST /v1/storage/upload-complete": row("private", 200, {
    body: (world: World) => ({ file_id: world.upload }),
    fresh: "upload",
  }),
  "GET /v1/storage/download-url/:file_id": row("inGroup", 200, { at: "file" }),
  "GET /v1/storage/files/:file_id/content": row("inGroup", 200, { at: "file" }),
  "GET /v1/storage/avatars/:file_id": row("open", 200, {
    at: "avatar",
    query: ({ avatarQuery }) => avatarQuery,
    fresh: "avatar",
  }),
  "GET /v1/storage/files": row("oneself", 200),
  "DELETE /v1/storage/files/:file_id": row("private", 200, { at: "file", fresh: "file" }),
  "POST /v1/storage/files/:file_id/restore": row("private", 200, { at: "file" }),
  "GET /v1/storage/quota": row("oneself", 200),

  "POST /v1/rooms": row("creation", 201, { body: () => ({ name: unique(), visibility: "private" }) }),
  "GET /v1/rooms": row("directory", 200),
  "GET /v1/rooms/search": row("directory", 200, { query: "?q=Secret" }),
  "GET /v1/rooms/:id": row("room", 200, { at: "room" }),
  "PUT /v1/rooms/:id": row("roomAdmin", 200, { at: "room", body: { description: "Ours" } }),
  "DELETE /v1/rooms/:id": row("roomOrder", 200, { at: "room", fresh: "room" }),
  "POST /v1/rooms/:id/messages": row("roomWrite", 201, { at: "room", body: text }),
  "GET /v1/rooms/:id/messages": row("inRoom", 200, { at: "room" }),
  "GET /v1/rooms/:id/members": row("inRoom", 200, { at: "room" }),
  "POST /v1/rooms/:id/members": row("roomEntry", 200, { at: "room", body: {}, fresh: "room" }),
  "POST /v1/rooms/:id/invitations": row("roomWrite", 201, {
    at: "room",
    body: withBystander,
    fresh: "account",
  }),
  "DELETE /v1/rooms/:id/members": row("roomWrite", 200, { at: "room", fresh: "room" }),
  "DELETE /v1/rooms/:id/members/:userId": row("roomAdmin", 200, { at: "room bystander", fresh: "room" }),
  "GET /v1/rooms/:id/bans": row("private", 200, { at: "room" }),
  "POST /v1/rooms/:id/bans": row("roomAdmin", 201, {
    at: "room",
    body: (world: World) => ({ user_id: world.bystander }),
    fresh: "room",
  }),
  "DELETE /v1/rooms/:id/bans/:userId": row("roomAdmin", 200, { at: "room loner" }),
  "POST /v1/messages/:id/report": row("groupWrite", 201, { at: "message", body: {} }),
  "GET /v1/rooms/:id/reports": row("private", 200, { at: "room" }),
  "POST /v1/rooms/:id/reports/:reportId/resolve": row("roomAdmin", 200, { at: "room report" }),

  "GET /v1/messages/search": row("oneself", 200, { query: "?q=Secret" }),
  "POST /v1/messages": row("groupWrite", 201, { body: inTheGroup }),
  "GET /v1/messages": row("inGroup", 200, { query: ({ group }) => `?conversation_id=${group}` }),
  "GET /v1/messages/:id": row("inGroup", 200, { at: "message" }),
  "PATCH /v1/messages/:id": row("groupAdmin", 200, { at: "message", body: text, fresh: "message" }),
  "DELETE /v1/messages/:id": row("roomOrder", 200, { at: "roomMessage", fresh: "roomMessage" }),
  "GET /v1/messages/:id/edits": row("private", 200, { at: "message" }),
  "GET /v1/messages/:id/receipts": row("inGroup", 200, { at: "message" }),
  "GET /v1/messages/:id/thread": row("inGroup", 200, { at: "message" }),
  "POST /v1/messages/:id/follow": row("inGroup", 200, { at: "message" }),
  "DELETE /v1/messages/:id/follow": row("inGroup", 200, { at: "message" }),
  "POST /v1/messages/:id/thread/mark-read": row("inGroup", 200, { at: "message", body: {} }),
  "GET /v1/threads": row("oneself", 200),
  "POST /v1/messages/:id/react": row("groupWrite", 200, { at: "message", body: smile }),
  "DELETE /v1/messages/:id/react": row("groupWrite", 200, { at: "message", query: smileQuery }),
  "POST /v1/messages/:id/reactions": row("groupWrite", 200, { at: "message", body: smile }),
  "DELETE /v1/messages/:id/reactions": row("groupWrite", 200, { at: "message", query: smileQuery }),
  "POST /v1/messages/:id/pin": row("groupWrite", 200, { at: "message" }),
  "DELETE /v1/messages/:id/pin": row("groupWrite", 200, { at: "message" }),
  "GET /v1/conversations/:id/pins": row("inGroup", 200, { at: "group" }),

  "GET /v1/notifications": row("oneself", 200),
  "PATCH /v1/notifications/:id/read": row("personalChange", 200, { at: "notification" }),
  "DELETE /v1/notifications": row("ownChange", 200),
  "GET /v1/notifications/settings": row("oneself", 200),
  "POST /v1/notifications/settings": row("ownChange", 200, { body: { settings: {} } }),

  "POST /v1/support/conversations": row("creation", 201, { body: { subject: "Help", message: "Help" } }),
  "GET /v1/support/agents": row("serverRun", 200),
  "GET /v1/support/conversations": row("oneself", 200),
  "GET /v1/support/conversations/:id": row("support", 200, { at: "support" }),
  "GET /v1/support/conversations/:id/messages": row("support", 200, { at: "support" }),
  "POST /v1/support/conversations/:id/messages": row("support", 201, { at: "support", body: text }),
  "POST /v1/support/conversations/:id/read": row("support", 200, { at: "support", body: {} }),
  "POST /v1/support/conversations/:id/assign": row("agents", 200, { at: "support", fresh: "support" }),
  "POST /v1/support/conversations/:id/resolve": row("agents", 200, { at: "support", fresh: "support" }),
  "POST /v1/support/conversations/:id/close": row("agents", 200, { at: "support", fresh: "support" }),
  "POST /v1/support/conversations/:id/reopen": row("support", 200, { at: "support" }),

  "POST /api/chat": row("creation", 201, {
    body: (world: World) => ({
      type: "group",
      title: "Another",
      participantIds: [world.bystander],
    }),
    but: { foreigner: "404" },
  }),
  "POST /api/chat/purchase-request": row("creation", 201, {
    body: (world: World) => ({
      purchaseRequestId: unique(),
      sellerId: world.bystander,
    }),
    but: { foreigner: "404" },
  }),
  "GET /api/chat": row("oneself", 200),
  "GET /api/chat/stats": row("oneself", 200),
  "GET /api/chat/:id": row("inGroup", 200, { at: "group" }),
  "GET /api/chat/:id/info": row("inGroup", 200, { at: "group" }),
  "PUT /api/chat/:id/archive": row("inGroup", 200, { at: "group" }),
  "POST /api/chat/support": row("creation", 201, { body: { subject: "Help", initialMessage: "Help" } }),
  "POST /api/chat/:id/participants": row("groupAdmin", 201, {
    at: "group",
    body: (world: World) => ({ userId: world.bystander }),
    fresh: "account",
  }),
  "DELETE /api/chat/:id/participants/:participantId": row("groupAdmin", 200, {
    at: "group bystander",
    fresh: "group",
  }),
  "GET /api/chat/:id/messages": row("inGroup", 200, { at: "group" }),
  "POST /api/chat/:id/messages": row("groupWrite", 201, { at: "group", body: text }),
  "PATCH /api/chat/:id/messages/read": row("inGroup", 200, { at: "group", body: {} }),
  "PUT /api/chat/:id/messages/:messageId": row("groupAdmin", 200, {
    at: "group message",
    body: text,
    fresh: "message",
  }),
  "DELETE /api/chat/:id/messages/:messageId": row("groupAdmin", 200, {
    at: "group message",
    fresh: "message",
  }),
  "POST /api/chat/:id/messages/file": row("groupWrite", 201, { at: "group", body: "form" }),

  "POST /api/v5/sessions": row("addition", 201, { body: { workspace_path: "/w", name: "Another" } }),
  "GET /api/v5/sessions": row("oneself", 200),
  "GET /api/v5/sessions/related": row("oneself", 200, { query: "?tags=secret" }),
  "GET /api/v5/sessions/:id": row("personal", 200, { at: "workspace" }),
  "PUT /api/v5/sessions/:id": row("personalWrite", 200, { at: "workspace", body: { name: "Renamed" } }),
  "POST /api/v5/sessions/:id/fork": row("personalWrite", 201, { at: "workspace", body: {} }),
  "DELETE /api/v5/sessions/:id": row("personalWrite", 200, { at: "workspace", fresh: "workspace" }),
  "GET /api/v5/settings": row("oneself", 200),
  "GET /api/v5/settings/:category/:key": row("personal", 200, secretSetting),
  "PUT /api/v5/settings/:category/:key": row("addition", 200, { at: "category key", body: { value: 1 } }),
  "DELETE /api/v5/settings/:category/:key": row("personalWrite", 200, secretSetting),
  "POST /api/v5/conversations": row("addition", 201, { body: { title: "Another" } }),
  "GET /api/v5/conversations": row("oneself", 200),
  "GET /api/v5/conversations/:id": row("personal", 200, { at: "ai" }),
  "PATCH /api/v5/conversations/:id": row("personalWrite", 200, { at: "ai", body: { title: "Renamed" } }),
  "DELETE /api/v5/conversations/:id": row("personalWrite", 200, { at: "ai", fresh: "ai" }),
  "POST /api/v5/conversations/:id/messages": row("personalWrite", 201, {
    at: "ai",
    body: { role: "User", content: "hello" },
  }),
  "GET /api/v5/conversations/:id/messages": row("personal", 200, { at: "ai" }),
  "POST /api/v5/conversations/:id/messages/:message_id/answer": row("personalWrite", 200, {
    at: "ai question",
    body: {},
    fresh: "question",
  }),
  "POST /api/v5/conversations/:id/chat": row("personalWrite", 200, { at: "ai", body: text }),
  "POST /api/v5/conversations/:id/stop": row("personalWrite", 409, { at: "ai" }),
  "GET /api/v5/models": row("oneself", 200),
};
