import type {
  AiMessage,
  ApiKey,
  Conversation,
  File,
  ListedAiConversation,
  Message,
  Notification,
  OwnUser,
  Session,
  WorkspaceSession,
  WorkspaceSetting,
} from "../../../server/src/contract.ts";
import type { Answer, CallOptions, Stream } from "../wire/call.ts";
import { ParleyError } from "../wire/errors.ts";

interface NamedPerson {
  id: string;
  username: string;
  display_name: string;
}

/** Everything that the server knows of somebody. A newer server may add members. */
export interface OwnData {
  exported_at: string;
  profile: OwnUser;
  settings: Answer<"getOwnSettings">;
  second_factor: { enabled: boolean };
  sessions: Session[];
  api_keys: Omit<ApiKey, "user_id">[];
  blocked: (NamedPerson & { blocked_at: string })[];
  friends: (NamedPerson & { status: "accepted" | "incoming" | "outgoing"; since: string })[];
  /** Those that one is in. */
  conversations: (Pick<
    Conversation,
    | "id"
    | "type"
    | "title"
    | "description"
    | "avatar_url"
    | "created_by"
    | "created_at"
    | "updated_at"
    | "is_e2ee_enabled"
    | "visibility"
    | "permissions"
    | "slow_mode_seconds"
    | "last_read_seq"
    | "archived"
  > & { muted: boolean })[];
  /** One's own, also in conversations that one has left. */
  messages: Omit<Message, "status" | "reactions">[];
  /** Without their bytes. */
  files: File[];
  notifications: Notification[];
  workspace_settings: WorkspaceSetting[];
  workspace_sessions: WorkspaceSession[];
  ai_conversations: ListedAiConversation[];
  ai_messages: AiMessage[];
}

/** The document, as its bytes come or as a whole. Three an hour, both together. */
export function ownDataApi(stream: Stream) {
  const exportBytes = (options?: CallOptions): Promise<ReadableStream<Uint8Array>> =>
    stream("exportOwnData", {}, options);
  return {
    /** The JSON text as it comes, to be written to a file: it may be larger than memory. */
    exportBytes,
    /** @throws ParleyError BAD_ANSWER if it was cut off. */
    exportData: async (options?: CallOptions): Promise<OwnData> => {
      const bytes = await exportBytes(options);
      try {
        return JSON.parse(await new Response(bytes).text()) as OwnData;
      } catch (cause) {
        if (options?.signal?.aborted === true)
          throw new ParleyError("ABORTED", "The request was given up.", { cause });
        throw new ParleyError("BAD_ANSWER", "The document came only in part. Try again.", { cause });
      }
    },
  };
}
