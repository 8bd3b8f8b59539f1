export { Moderation } from "./moderation.service.ts";
export { RoomInvitations } from "./room-invitations.service.ts";
export { Rooms } from "./rooms.service.ts";
