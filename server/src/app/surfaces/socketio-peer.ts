import type { Socket } from "socket.io";
import { closeCodes } from "../../platform/realtime/close-codes.ts";
import type { Peer } from "../../platform/realtime/connection.ts";
import { connOf } from "../../platform/socketio/publish-adapter.ts";

/** A Socket.IO socket as the hub sees it: it counts and can be closed; what it hears, its rooms say. */
export function socketPeer(socket: Socket): Peer {
  const conn = connOf(socket);
  return {
    send: () => undefined,
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    ping: () => undefined,
    getBufferedAmount: () => conn.transport.socket?.getBufferedAmount() ?? 0,
    close: (code) => {
      // Told to go, a client does not come back by itself; with its connection lost it does.
      if (code === closeCodes.sessionEnded.code) socket.disconnect(true);
      // What a reader that is too slow has not taken would hold the close up.
      else if (code === closeCodes.tooSlow.code && conn.transport.socket !== undefined)
        conn.transport.socket.terminate();
      else conn.close();
    },
    terminate: () => conn.close(),
  };
}
