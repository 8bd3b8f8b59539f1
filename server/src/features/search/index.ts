export { createPostgresIndex } from "./postgres-index.ts";
export { Search } from "./search.service.ts";
export { SearchFollower } from "./search-follower.ts";
export type { SearchIndex } from "./search-index.ts";
export { createSqliteIndex } from "./sqlite-index.ts";
