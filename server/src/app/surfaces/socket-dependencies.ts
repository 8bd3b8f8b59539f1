import type { AiResume } from "../../features/assistant/index.ts";
import type { RequestsTrail } from "../../features/audit/index.ts";
import type { ConversationCommands } from "../../features/conversations/conversations.commands.ts";
import type { Memberships } from "../../features/conversations/index.ts";
import type { Sessions } from "../../features/identity/index.ts";
import type { Resume } from "../../features/messages/index.ts";
import type { MessageCommands } from "../../features/messages/messages.commands.ts";
import type { Blocks, Presence } from "../../features/people/index.ts";
import type { FollowedThreads } from "../../features/threads/index.ts";
import type { Database } from "../../platform/db/database.ts";
import type { RateGate } from "../../platform/http/rate-gate.ts";
import type { Log } from "../../platform/log.ts";
import type { RateLimits } from "../../platform/rate-limits/rate-limits.ts";
import type { Hub } from "../../platform/realtime/hub.ts";

/** What the chat socket needs of the rest. */
export interface SocketDependencies {
  database: Database;
  hub: Hub;
  log: Log;
  rateGate: RateGate;
  rates: RateLimits;
  sessions: Sessions;
  presence: Presence;
  blocks: Blocks;
  memberships: Memberships;
  conversationCommands: ConversationCommands;
  messageCommands: MessageCommands;
  resume: Resume;
  followedThreads: FollowedThreads;
  aiResume: AiResume;
  requestsTrail: RequestsTrail;
  /** The life of the database: another one tells clients to start afresh. */
  epoch: string;
  limitConnections: boolean;
}
