import { aiConversationsRoutes } from "../../features/assistant/ai-conversations.routes.ts";
import { aiMessagesRoutes } from "../../features/assistant/ai-messages.routes.ts";
import { answersRoutes } from "../../features/assistant/answers.routes.ts";
import { workspaceIdentityRoutes } from "../../features/identity/identity.workspace.routes.ts";
import { workspaceSessionsRoutes } from "../../features/workspace/workspace-sessions.routes.ts";
import { workspaceSettingsRoutes } from "../../features/workspace/workspace-settings.routes.ts";
import type { Route } from "../../platform/http/route.ts";
import type { Features } from "../features.ts";

export const workspaceBases = ["/api/v5"] as const;

/** Every route of workspace REST, in the order of the reference. */
export function workspaceRoutes(features: Features): Route[] {
  const { assistant } = features;
  return [
    ...workspaceIdentityRoutes(features),
    ...workspaceSessionsRoutes(features.workspaceSessions),
    ...workspaceSettingsRoutes(features.workspaceSettings),
    ...aiConversationsRoutes(assistant.conversations),
    ...aiMessagesRoutes(assistant.messages),
    ...answersRoutes(assistant.answers),
  ];
}
