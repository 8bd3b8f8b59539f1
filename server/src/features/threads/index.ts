export { threadStateChanged } from "./threads.events.ts";
export { eraseThreadsOf } from "./threads.queries.ts";
export { presentThreadState } from "./threads.schema.ts";
export { FollowedThreads, type ThreadState } from "./threads.service.ts";
