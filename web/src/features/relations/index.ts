export { BlockPerson } from "./block-person.tsx";
export { PrivacySettings } from "./privacy-settings.tsx";
export { useRelationEntries } from "./relation-entries.ts";
export { startRelations, useRelation } from "./relations.ts";
