export { type ThreadState, threadStateChanged } from "./threads.events.ts";
export { eraseThreadsOf } from "./threads.queries.ts";
export { presentThreadState } from "./threads.schema.ts";
export { FollowedThreads } from "./threads.service.ts";
