export { allWorkspaceSessions } from "./own-workspaces.ts";
export { type Owner, replaceTags } from "./tags.queries.ts";
export { tagsField } from "./tags.schema.ts";
export { eraseWorkspaceOf, findWorkspaceSession, forgetConversation } from "./workspace-sessions.queries.ts";
export { type ConversationDirectory, WorkspaceSessions } from "./workspace-sessions.service.ts";
export { settingChanged } from "./workspace-settings.events.ts";
export { presentSetting } from "./workspace-settings.schema.ts";
export { WorkspaceSettings } from "./workspace-settings.service.ts";
