export { useModels } from "./models.ts";
export { SessionList } from "./session-list.tsx";
export { SessionPane } from "./session-pane.tsx";
export { SettingsPane } from "./settings-pane.tsx";
export { startWorkspaceSettings, useWorkspaceSettings } from "./settings-store.ts";
