import { requireWriter } from "../../features/organizations/index.ts";
import type { Gate } from "../../platform/http/server.ts";
import type { Features } from "../features.ts";
import { bearerOf } from "./credentials.ts";

/** Who may come in over REST: people with a live session, and of those who only read, only their reads. */
export function gateOf({ sessions }: Features): Gate {
  return {
    authenticate: async (headers) => {
      const token = bearerOf(headers);
      return token === undefined ? null : sessions.authenticate(token);
    },
    admit: ({ method, own }, actor) => {
      if (method !== "GET" && own !== true) requireWriter(actor);
    },
  };
}
