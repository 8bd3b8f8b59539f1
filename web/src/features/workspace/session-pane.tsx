import { ArrowLeft, Ellipsis, GitFork, Pencil, SquareTerminal, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { WorkspaceSession } from "../../../../sdk/src/index.ts";
import { goBack, sessionPlace, sessionsPlace } from "../../platform/address.ts";
import { explain } from "../../platform/explain.ts";
import { usePageTitle } from "../../platform/page-title.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { Menu } from "../../ui/menu.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { TagList } from "../../ui/tag-list.tsx";
import { Time } from "../../ui/time.tsx";
import { SessionForm } from "./session-form.tsx";
import { Score } from "./session-list.tsx";
import {
  useDeleteSession,
  useForkSession,
  useRelated,
  useSession,
  useSessions,
  useUpdateSession,
} from "./sessions.ts";

interface SessionPaneProps {
  id: string;
  /** Its AI conversations, which another feature knows. */
  conversations: ReactNode;
}

/** A session: what it holds, where it comes from, and what is like it. */
export function SessionPane({ id, conversations }: SessionPaneProps) {
  const { data: session, isPending, isError } = useSession(id);
  if (isPending) return <SkeletonRows />;
  if (isError || session === undefined)
    return <Empty icon={SquareTerminal} title={texts.notFoundTitle} about={texts.sessionGoneAbout} />;
  return (
    <article className="flex h-full min-h-0 flex-col">
      <SessionHeader session={session} />
      <div className="flex min-h-0 max-w-3xl flex-1 flex-col gap-6 overflow-y-auto px-4 pb-8 medium:px-6">
        <div className="flex flex-col gap-2">
          <p className="font-mono text-[0.8125rem] text-ink-soft [overflow-wrap:anywhere]">
            {session.workspace_path}
          </p>
          <TagList label={texts.tags} tags={session.tags} />
          <p className="text-detail text-ink-soft">
            <Time at={session.updated_at} show={(at) => texts.changedAt(agoTime(at))} />
          </p>
        </div>
        <Relatives session={session} />
        {conversations}
        <Related session={session} />
        <Contents session={session} />
      </div>
    </article>
  );
}

type Open = "edit" | "fork" | "delete" | null;

function SessionHeader({ session }: { session: WorkspaceSession }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  usePageTitle(session.name);
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 ps-2 pe-2 medium:ps-6">
      <IconButton
        icon={ArrowLeft}
        label={texts.back}
        className="medium:hidden rtl:-scale-x-100"
        onClick={() => goBack(sessionsPlace())}
      />
      <h1 className="min-w-0 flex-1 truncate font-semibold text-heading">{session.name}</h1>
      <Button onClick={() => setOpen("fork")}>
        <GitFork aria-hidden size={16} strokeWidth={1.75} />
        <span className="max-medium:sr-only">{texts.fork}</span>
      </Button>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={texts.sessionActions} />}
        entries={[
          { label: texts.editSession, icon: Pencil, onSelect: () => setOpen("edit") },
          { label: texts.delete, icon: Trash2, harm: true, apart: true, onSelect: () => setOpen("delete") },
        ]}
      />
      {open === "edit" && <EditSession session={session} onClose={close} />}
      {open === "fork" && <ForkSession session={session} onClose={close} />}
      {open === "delete" && <DeleteSession session={session} onClose={close} />}
    </header>
  );
}

interface DialogProps {
  session: WorkspaceSession;
  onClose: () => void;
}

function EditSession({ session, onClose }: DialogProps) {
  const update = useUpdateSession(session.session_id);
  return (
    <SessionForm
      title={texts.editSession}
      action={texts.save}
      initial={{ name: session.name, tags: session.tags }}
      busy={update.isPending}
      error={update.error}
      onDone={({ name, tags = [] }) => update.mutate({ name, tags }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function ForkSession({ session, onClose }: DialogProps) {
  const fork = useForkSession(session.session_id);
  return (
    <SessionForm
      title={texts.forkTitle(session.name)}
      about={texts.forkAbout}
      action={texts.fork}
      initial={{ name: session.name, path: session.workspace_path }}
      busy={fork.isPending}
      error={fork.error}
      onDone={({ name, path = "" }) => fork.mutate({ name, workspace_path: path }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function DeleteSession({ session, onClose }: DialogProps) {
  const remove = useDeleteSession(session.session_id);
  return (
    <Confirm
      title={texts.deleteSessionTitle(session.name)}
      about={texts.deleteSessionAbout}
      action={texts.delete}
      busy={remove.isPending}
      error={remove.isError ? explain(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

/** What it was forked from, and what was forked from it. */
function Relatives({ session }: { session: WorkspaceSession }) {
  const { sessions } = useSessions();
  const parent = sessions.find(({ session_id: id }) => id === session.parent_session_id);
  const forks = sessions.filter(({ parent_session_id: id }) => id === session.session_id);
  if (session.parent_session_id === null && forks.length === 0) return null;
  return (
    <Part title={texts.forks}>
      <ul className="flex flex-col gap-1">
        {session.parent_session_id !== null && (
          <li>
            {texts.forkedFrom}{" "}
            <SessionLink id={session.parent_session_id} name={parent?.name ?? texts.anotherSession} />
          </li>
        )}
        {forks.map((fork) => (
          <li key={fork.session_id} className="flex items-center gap-2">
            <GitFork aria-hidden size={14} className="shrink-0 text-ink-soft" />
            <SessionLink id={fork.session_id} name={fork.name} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function SessionLink({ id, name }: { id: string; name: string }) {
  return (
    <Link
      to={sessionPlace(id)}
      className="min-w-0 font-medium text-accent-ink underline underline-offset-2 [overflow-wrap:anywhere]"
    >
      {name}
    </Link>
  );
}

function Related({ session }: { session: WorkspaceSession }) {
  const related = useRelated(session.tags);
  const others = related.data?.sessions.filter(({ session_id: id }) => id !== session.session_id) ?? [];
  if (others.length === 0) return null;
  return (
    <Part title={texts.relatedSessions}>
      <ul className="flex flex-col gap-1">
        {others.slice(0, 10).map(({ session_id: id, name, relevance_score: score }) => (
          <li key={id} className="flex items-center gap-3">
            <SessionLink id={id} name={name} />
            <Score score={score} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** What the editor keeps here, as it gave it. */
function Contents({ session }: { session: WorkspaceSession }) {
  const parts: [string, unknown][] = [
    [texts.contextFiles, session.context_files],
    [texts.editorState, session.editor_state],
    [texts.terminalState, session.terminal_state],
    [texts.breakpoints, session.breakpoints],
    [texts.memory, session.memory],
  ];
  const filled = parts.filter(([, value]) => Object.keys(value ?? {}).length > 0);
  return (
    <Part title={texts.sessionContents}>
      {filled.length === 0 && <p className="text-ink-soft">{texts.sessionEmpty}</p>}
      {filled.map(([title, value]) => (
        <details key={title} className="border-line border-b">
          <summary className="py-2 font-medium">{title}</summary>
          <CodeBlock code={JSON.stringify(value, null, 2)} language="json" />
        </details>
      ))}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
