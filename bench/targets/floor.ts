import { join } from "node:path";
import type { ChatTarget, Room } from "../load/target.ts";
import type { Endpoint } from "../load/websocket-client.ts";
import { MeasuredProcess } from "./measured-process.ts";
import type { Workspace } from "./workspace.ts";

interface FloorOptions {
  /**
   * How the sender hears that its message was taken: `send` on its socket, or a `topic` of its own, which
   * Bun sends together with what else is published to the socket in the same turn. Rows name the cheaper.
   */
  ack?: "send" | "topic";
  /** Length of a published frame's payload; rows set it to that of a real chat frame. */
  frameBytes?: number;
  /** Rows of the history that `GET /page?before=SEQ` reads. */
  history?: number;
}

/** The bare Bun server of `floor-server.ts`, in a process of its own on the server's CPU. */
export class Floor implements ChatTarget {
  readonly process: MeasuredProcess;

  private constructor(process: MeasuredProcess) {
    this.process = process;
  }

  static async start(workspace: Workspace, options: FloorOptions = {}): Promise<Floor> {
    const argv = [process.execPath, join(import.meta.dir, "floor-server.ts"), "--ack", options.ack ?? "send"];
    if (options.frameBytes !== undefined) argv.push("--frame-bytes", String(options.frameBytes));
    if (options.history !== undefined) {
      argv.push("--history", String(options.history), "--history-path", workspace.fresh("floor.db"));
    }
    return new Floor(await MeasuredProcess.start(workspace, { argv }));
  }

  openRooms(count: number, size: number): Promise<Room[]> {
    const rooms = Array.from({ length: count }, (_, index) => {
      // As long as a UUID, so that the frames sent to both servers have one length.
      const conversationId = `c-${String(index).padStart(34, "0")}`;
      const seat: Endpoint = {
        port: this.process.port,
        path: `/ws?conversation_id=${conversationId}`,
        headers: "",
      };
      return { conversationId, seats: Array.from({ length: size }, () => seat) };
    });
    return Promise.resolve(rooms);
  }
}

/** Rows a second and CPU of bare grouped inserts: WAL, synchronous=FULL, one commit a group. */
export interface InsertFloor {
  rowsPerSecond: number;
  cpuUsPerRow: number;
}

/** Runs `floor-inserts.ts` on the server's CPU for `seconds`. */
export async function measureInserts(
  workspace: Workspace,
  group: number,
  seconds: number,
): Promise<InsertFloor> {
  const child = await MeasuredProcess.run(workspace, [
    process.execPath,
    join(import.meta.dir, "floor-inserts.ts"),
    workspace.fresh("inserts.db"),
    String(group),
    String(seconds),
  ]);
  const [rowsPerSecond, cpuUsPerRow] = child.trim().split(" ").map(Number);
  if (rowsPerSecond === undefined || cpuUsPerRow === undefined)
    throw new Error(`floor-inserts printed «${child}»`);
  return { rowsPerSecond, cpuUsPerRow };
}
