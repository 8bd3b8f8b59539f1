import type { Cast } from "../../platform/http/examples.ts";

/** People, places and times of every example in the reference: some of those who prepare the boat house's repair day. */
const ines = "0199d2c4-6f01-7c3e-8a10-5b1d0e2f4a61";
const baptiste = "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72";
const boatHouse = "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183";
const team = "0199d2c4-6ef0-7d11-b2a7-90c4e8d5a302";
const message = "0199d2ca-93d4-7a06-8f3b-64e0b7c2d594";

const early = "2026-03-14T09:12:00.000Z";
const later = "2026-03-14T09:32:00.000Z";
const soon = "2026-03-14T10:12:00.000Z";
const nextMonth = "2026-04-13T09:12:00.000Z";

const ids: Cast = {
  "format:uuid": "0199d2c4-7c1e-7b5a-9a55-0c5e1f6b7a10",
  user_id: baptiste,
  sender_id: ines,
  created_by: ines,
  owner_id: ines,
  organization_id: team,
  conversation_id: boatHouse,
  room_id: boatHouse,
  message_id: message,
  reply_to: null,
  thread_root_id: null,
  "User.id": baptiste,
  "OwnUser.id": ines,
  "OwnUser.user_id": ines,
  "Conversation.id": boatHouse,
  "Room.id": boatHouse,
  participant_ids: [baptiste],
  user_ids: [baptiste],
  "listPresence.user_ids": `${ines},${baptiste}`,
};

const times: Cast = {
  "format:date-time": early,
  created_at: early,
  updated_at: later,
  joined_at: early,
  last_used_at: later,
  last_seen_at: later,
  last_message_at: later,
  edited_at: null,
  deleted_at: null,
  muted_until: null,
  expires_at: soon,
  refresh_expires_at: nextMonth,
  "Session.expires_at": nextMonth,
  read_at: later,
  until: "2026-03-15T07:00:00.000Z",
};

const people: Cast = {
  email: "ines@example.com",
  username: "ines",
  display_name: "Ines Albrecht",
  first_name: "Ines",
  last_name: "Albrecht",
  full_name: "Ines Albrecht",
  "User.username": "baptiste",
  "User.display_name": "Baptiste Moreau",
  "User.email": null,
  "Participant.username": "baptiste",
  "Participant.display_name": "Baptiste Moreau",
  "ParticipantWithPresence.username": "baptiste",
  "ParticipantWithPresence.display_name": "Baptiste Moreau",
  avatar_url: "https://example.com/faces/ines.png",
  "User.avatar_url": "https://example.com/faces/baptiste.png",
  "Participant.avatar_url": "https://example.com/faces/baptiste.png",
  "ParticipantWithPresence.avatar_url": "https://example.com/faces/baptiste.png",
  password: "Dry-Floor-1887",
  current_password: "Dry-Floor-1887",
  new_password: "New-Gutter-2026",
  online: true,
  "format:email": "ines@example.com",
  "format:password": "Dry-Floor-1887",
  ip: "203.0.113.24",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/148.0",
  "Session.current": true,
};

/** Shortened: the real ones are longer. */
const secrets: Cast = {
  access_token: "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIwMTk5ZDJjNCJ9.tQ0x",
  refresh_token: "prr_4nJ8yQ2mVxS0dKfZ7uHcLwTb1eRi5oAg",
  ticket: "prt_9bXw3KzQy6sVh1Jm",
  token: "pri_2fVd8LqWn5tYc7Rk",
  csrf_token: "c3Rp-bGwgZHJ5-IGhlcmU",
  secret: "JBSWY3DPEHPK3PXP",
  code: "492817",
  recovery_code: "k7tm-2xqd",
  key: "pk_6yTn1BvXe4sWq8Ld",
};

const words: Cast = {
  name: "Boat house",
  title: "Boat house",
  description: "Who repairs what on the 28th",
  subject: "The key does not fit",
  slug: "boat-house",
  content: "Dry. The new gutter does what it should.",
  q: "gutter",
  "listUsers.q": "bap",
  "listRooms.q": "boat",
  snippet: "The new <mark>gutter</mark> does what it should.",
  emoji: "👍",
  reason: "Posted advertisements in every room",
  client_message_id: "b0a7-0001",
  next_cursor: null,
  next_page_state: null,
  cursor: "WyJ1c2VycyIsImJhcHRpc3RlIl0",
  page_state: "WyJtZXNzYWdlcyIsIjAxOTlkMmM4IiwxMl0",
  url: "https://example.com/hooks/parley",
  filename: "gutter.jpg",
  content_type: "image/jpeg",
  mime_type: "image/jpeg",
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  language: "en",
  time_zone: "Europe/Berlin",
  theme: "system",
  epoch: "0199d2c4-5f00-7a11-8c22-1d0e2f4a6b01",
  tags: ["repair-day"],
  tag: "repair-day",
  metadata: {},
  attachments: [],
  mentions: [],
  permissions: null,
  visibility: "public",
  "Conversation.visibility": null,
  role: "member",
  "OwnUser.role": "user",
  "Conversation.type": "group",
  type: "group",
  message_type: "text",
};

const numbers: Cast = {
  seq: 12,
  version: 14,
  limit: 20,
  offset: 0,
  has_more: false,
  participant_count: 7,
  last_read_seq: 11,
  unread_count: 1,
  "markConversationRead.unread_count": 0,
  "markConversationRead.last_read_seq": 12,
  ended: 2,
  dropped: 3,
  is_member: true,
  archived: false,
  "archiveConversation.archived": true,
  "toggleConversationArchive.archived": true,
  "muteConversation.muted": true,
  "muteConversation.muted_until": "2026-03-15T07:00:00.000Z",
};

/** What a route says when it is done, by its id. */
const sayings: Cast = {
  message: "Done",
  "logout.message": "Logged out successfully",
  "changePassword.message": "Password changed",
  "reportPresence.message": "Presence updated",
  "endSession.message": "Session ended",
  "changeConversationSettings.message": "Settings updated successfully",
  "changeConversationSettings.is_e2ee_enabled": true,
  "addParticipants.message": "Participants added successfully",
  "removeParticipant.message": "Participant removed successfully",
  "leaveConversation.message": "You have left the conversation",
  "joinRoom.message": "You are in the room",
  "deleteMessage.message": "Message deleted",
};

export const cast: Cast = { ...ids, ...times, ...people, ...secrets, ...words, ...numbers, ...sayings };
