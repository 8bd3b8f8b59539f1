export { AccountSettings } from "./account-settings.tsx";
export { ApiKeySettings } from "./api-key-settings.tsx";
export { SecuritySettings } from "./security-settings.tsx";
