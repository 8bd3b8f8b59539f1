import type { Routes, WorkspaceSession, WorkspaceUser } from "../../../server/src/contract.ts";
import type { SessionKeeper } from "../session/session-keeper.ts";
import type { Answer, Body, Call, CallOptions, Query, Stream } from "../wire/call.ts";
import type { filesApi } from "./files.ts";
import { llmService } from "./llm.ts";

/** `editor`, `theme`, `llm`, `terminal` or `workspace`. */
export type SettingCategory = Routes["setWorkspaceSetting"]["params"]["category"];

type GetSessionId = (accessToken: string) => Promise<string>;

/** Accounts with an organization of their own, and signing in to them. */
function authService(call: Call, keeper: SessionKeeper, getSessionId: GetSessionId) {
  const begin = async ({ user, tokens }: Answer<"foundOrganization" | "workspaceLogin">) => {
    const session_id = await getSessionId(tokens.access_token);
    await keeper.begin({ kind: "bearer", user_id: user.user_id, session_id, ...tokens });
  };
  return {
    /** Makes an organization with the caller as its Admin, and signs in. */
    register: async (body: Body<"foundOrganization">, options?: CallOptions) => {
      const answer = await call("foundOrganization", { body }, options);
      await begin(answer);
      return answer.user;
    },
    login: async (body: Body<"workspaceLogin">, options?: CallOptions) => {
      const answer = await call("workspaceLogin", { body }, options);
      await begin(answer);
      return answer.user;
    },
  };
}

/** Sessions of an editor or product: what was open, and what was learned. Personal. */
function sessionService(call: Call) {
  return {
    create: (data: Body<"createWorkspaceSession">, options?: CallOptions) =>
      call("createWorkspaceSession", { body: data }, options),
    /** Last changed first. */
    list: (query: Query<"listWorkspaceSessions"> = {}, options?: CallOptions) =>
      call("listWorkspaceSessions", { query }, options),
    get: (id: string, options?: CallOptions): Promise<WorkspaceSession> =>
      call("getWorkspaceSession", { params: { id } }, options),
    /** Replaces the given fields; an unknown one is refused and nothing changes. */
    update: (id: string, data: Body<"updateWorkspaceSession">, options?: CallOptions) =>
      call("updateWorkspaceSession", { params: { id }, body: data }, options),
    /** A copy that shares nothing with the original afterwards. */
    fork: (id: string, overrides: Body<"forkWorkspaceSession"> = {}, options?: CallOptions) =>
      call("forkWorkspaceSession", { params: { id }, body: overrides }, options),
    /** Sessions that share tags with those asked for, best first. */
    getRelated: (tags: readonly string[], limit = 10, options?: CallOptions) =>
      call("listRelatedWorkspaceSessions", { query: { tags: tags.join(","), limit } }, options),
    delete: async (id: string, options?: CallOptions): Promise<void> => {
      await call("deleteWorkspaceSession", { params: { id } }, options);
    },
  };
}

/** The caller's own account. */
function userService(call: Call, keeper: SessionKeeper) {
  return {
    getMe: (options?: CallOptions): Promise<WorkspaceUser> => call("getWorkspaceUser", {}, options),
    updateMe: (data: Body<"updateWorkspaceUser">, options?: CallOptions) =>
      call("updateWorkspaceUser", { body: data }, options),
    /** Ends all sessions, this one too: sign in again. */
    changePassword: async (data: Body<"changeWorkspacePassword">, options?: CallOptions): Promise<void> => {
      await call("changeWorkspacePassword", { body: data }, options);
      await keeper.end("session_ended");
    },
  };
}

/** Settings of the caller's own, any JSON value under a category and a key. */
function settingsService(call: Call) {
  const set = async (category: SettingCategory, key: string, value: unknown, options?: CallOptions) => {
    await call("setWorkspaceSetting", { params: { category, key }, body: { value } }, options);
  };
  return {
    /** All five categories, `{}` where nothing is set. */
    getAll: (options?: CallOptions) => call("listWorkspaceSettings", { query: {} }, options),
    getCategory: async (category: SettingCategory, options?: CallOptions): Promise<Record<string, unknown>> =>
      (await call("listWorkspaceSettings", { query: { category } }, options))[category] ?? {},
    /** @throws ParleyError SETTING_NOT_FOUND. */
    get: async (category: SettingCategory, key: string, options?: CallOptions): Promise<unknown> =>
      (await call("getWorkspaceSetting", { params: { category, key } }, options)).value,
    set,
    /** @throws ParleyError SETTING_NOT_FOUND. */
    delete: async (category: SettingCategory, key: string, options?: CallOptions): Promise<void> => {
      await call("deleteWorkspaceSetting", { params: { category, key } }, options);
    },
    seteditorTheme: (theme: string, options?: CallOptions) => set("editor", "theme", theme, options),
    setDefaultModel: (model: string, options?: CallOptions) => set("llm", "default_model", model, options),
  };
}

interface WorkspaceParts {
  keeper: SessionKeeper;
  stream: Stream;
  fileService: ReturnType<typeof filesApi>;
  getSessionId: GetSessionId;
}

/** The services of an AI-assisted product, over `/api/v5`. */
export function workspaceApi(call: Call, { keeper, stream, fileService, getSessionId }: WorkspaceParts) {
  return {
    authService: authService(call, keeper, getSessionId),
    sessionService: sessionService(call),
    userService: userService(call, keeper),
    llmService: llmService(call, stream),
    fileService,
    settingsService: settingsService(call),
  };
}
