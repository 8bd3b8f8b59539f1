export { Moderation } from "./moderation.service.ts";
export { Rooms } from "./rooms.service.ts";
