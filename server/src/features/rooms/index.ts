export { Rooms } from "./rooms.service.ts";
