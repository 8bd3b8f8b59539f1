export { NewRoom } from "./new-room.tsx";
export { RoomDirectory, useJoinRoom, useRooms } from "./room-directory.tsx";
export { RoomPanel } from "./room-panel.tsx";
