import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { idField, text, timeField, visibleText, wholeNumberQuery } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import { tagsField, tagsQuery } from "./tags.schema.ts";
import type { RelatedSessionRow, WorkspaceSessionRow } from "./workspace-sessions.queries.ts";

const pathField = text(1, limits.pathCodePoints)
  .refine((value) => /\S/.test(value), { error: "must not be only spaces" })
  .meta({ example: "/projects/my-app" });
const nameField = visibleText(limits.titleCodePoints).meta({ example: "Feature branch" });

/** An object of the editor's own: kept as it is. */
const stateField = z.record(z.string(), z.unknown());

/** What a session holds, all of it optional; in the order in which `fields_updated` names it. */
const contents = {
  editor_state: stateField.optional(),
  terminal_state: stateField.optional(),
  breakpoints: z.array(stateField).max(limits.breakpoints).optional(),
  conversation_id: idField.nullable().optional(),
  context_files: z.array(z.string().min(1).max(limits.pathCodePoints)).max(limits.contextFiles).optional(),
  memory: stateField.optional(),
  tags: tagsField.optional(),
};

export const sessionChanges = z.strictObject({ name: nameField.optional(), ...contents });

export type SessionChanges = z.output<typeof sessionChanges>;
export type SessionField = keyof typeof sessionChanges.shape;

/** In the order in which answers name them. */
export const sessionFields = Object.keys(sessionChanges.shape) as SessionField[];

export const newSession = z.object({ workspace_path: pathField, name: nameField, ...contents });

export type NewSession = z.output<typeof newSession>;

export const forkBody = z.object({ name: nameField.optional(), workspace_path: pathField.optional() });

export const relatedQuery = z.object({
  tags: tagsQuery,
  limit: wholeNumberQuery(1, limits.relatedSessions, limits.related),
});

const identifying = { session_id: idField, workspace_path: z.string(), name: z.string() };

export const createdSession = z.object({ ...identifying, created_at: timeField });

export const listedSession = z
  .object({
    ...identifying,
    parent_session_id: idField.nullable(),
    tags: z.array(z.string()),
    created_at: timeField,
    updated_at: timeField,
    last_accessed_at: timeField,
  })
  .meta({ id: "ListedWorkspaceSession" });

const state = z.record(z.string(), z.unknown());

export const workspaceSession = z
  .object({
    session_id: idField,
    tenant_id: idField,
    user_id: idField,
    workspace_path: z.string(),
    name: z.string(),
    editor_state: state,
    terminal_state: state,
    breakpoints: z.array(state),
    conversation_id: idField.nullable(),
    context_files: z.array(z.string()),
    memory: state,
    parent_session_id: idField.nullable(),
    related_sessions: z.array(idField),
    tags: z.array(z.string()),
    created_at: timeField,
    updated_at: timeField,
    last_accessed_at: timeField,
  })
  .meta({ id: "WorkspaceSession" });

export const updatedSession = z.object({
  session_id: idField,
  updated_at: timeField,
  fields_updated: z.array(z.string()),
});

export const forkedSession = z.object({
  session_id: idField,
  parent_session_id: idField,
  workspace_path: z.string(),
  name: z.string(),
  editor_state: state,
  terminal_state: state,
  memory: state,
  created_at: timeField,
});

export const relatedSessions = z.object({
  sessions: z.array(
    z.object({
      ...identifying,
      tags: z.array(z.string()),
      relevance_score: z.number(),
      last_accessed_at: timeField,
    }),
  ),
  count: z.number().int(),
  query_tags: z.array(z.string()),
});

function identify(row: { id: string; workspace_path: string; name: string }) {
  return { session_id: row.id, workspace_path: row.workspace_path, name: row.name };
}

export function presentCreated(row: WorkspaceSessionRow): z.output<typeof createdSession> {
  return { ...identify(row), created_at: isoTime(row.created_at) };
}

type ListedRow = Omit<
  WorkspaceSessionRow,
  "editor_state" | "terminal_state" | "breakpoints" | "context_files" | "memory" | "conversation_id"
>;

export function presentListed(row: ListedRow): z.output<typeof listedSession> {
  return {
    ...identify(row),
    parent_session_id: row.parent_session_id,
    tags: JSON.parse(row.tags),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    last_accessed_at: isoTime(row.last_accessed_at),
  };
}

export function presentSession(
  row: WorkspaceSessionRow,
  relatedIds: string[],
): z.output<typeof workspaceSession> {
  return {
    session_id: row.id,
    tenant_id: row.organization_id,
    user_id: row.user_id,
    workspace_path: row.workspace_path,
    name: row.name,
    editor_state: JSON.parse(row.editor_state),
    terminal_state: JSON.parse(row.terminal_state),
    breakpoints: JSON.parse(row.breakpoints),
    conversation_id: row.conversation_id,
    context_files: JSON.parse(row.context_files),
    memory: JSON.parse(row.memory),
    parent_session_id: row.parent_session_id,
    related_sessions: relatedIds,
    tags: JSON.parse(row.tags),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    last_accessed_at: isoTime(row.last_accessed_at),
  };
}

export function presentForked(row: WorkspaceSessionRow, parentId: string): z.output<typeof forkedSession> {
  return {
    session_id: row.id,
    parent_session_id: parentId,
    workspace_path: row.workspace_path,
    name: row.name,
    editor_state: JSON.parse(row.editor_state),
    terminal_state: JSON.parse(row.terminal_state),
    memory: JSON.parse(row.memory),
    created_at: isoTime(row.created_at),
  };
}

export function presentRelated(
  rows: readonly RelatedSessionRow[],
  tags: string[],
): z.output<typeof relatedSessions> {
  return {
    sessions: rows.map((row) => ({
      ...identify(row),
      tags: JSON.parse(row.tags),
      relevance_score: Math.round((Number(row.shared) / tags.length) * 100) / 100,
      last_accessed_at: isoTime(row.last_accessed_at),
    })),
    count: rows.length,
    query_tags: tags,
  };
}
