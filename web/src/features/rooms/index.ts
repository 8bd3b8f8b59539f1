export { RoomDirectory, useJoinRoom, useRooms } from "./room-directory.tsx";
