import type { Endpoint } from "./websocket-client.ts";

/** A conversation with one WebSocket endpoint for each seat in it. */
export interface Room {
  conversationId: string;
  seats: Endpoint[];
}

/** The server's process, as the load looks at it. */
interface LoadedProcess {
  /** Processor time spent so far. */
  cpuMs(): number;
  /** Memory held now, in megabytes. */
  rssMb(): number;
  /** Waits until it has nothing more to do. */
  settle(): Promise<void>;
  /** The end of what it logged. */
  lastWords(): string;
}

/** A chat server that the same load can be put on: Parley, or the floor beside it. */
export interface ChatTarget {
  readonly process: LoadedProcess;
  /** Makes `count` conversations of `size` seats. A connection to a seat hears that conversation. */
  openRooms(count: number, size: number): Promise<Room[]>;
}
