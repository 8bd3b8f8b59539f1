import { GitFork, Plus, SquareTerminal } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ListedWorkspaceSession } from "../../../../sdk/src/index.ts";
import { go, sessionPlace, sessionsPlace } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { TagList } from "../../ui/tag-list.tsx";
import { Time } from "../../ui/time.tsx";
import { SessionForm } from "./session-form.tsx";
import { type Branch, treeOf } from "./session-tree.ts";
import { useCreateSession, useRelated, useSessions } from "./sessions.ts";

interface SessionListProps {
  openId: string | null;
  /** Chosen tags: then those that share any of them, best first. */
  tags: readonly string[];
}

/** One's sessions as a tree of forks, or those with some tags. */
export function SessionList({ openId, tags }: SessionListProps) {
  const { pages, sessions } = useSessions();
  const [words, setWords] = useState("");
  const [isMaking, setMaking] = useState(false);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  // Looking for a name looks at all of them.
  useEffect(() => {
    if (words !== "" && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [words, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const toggle = (tag: string) => {
    const next = tags.includes(tag) ? tags.filter((each) => each !== tag) : [...tags, tag];
    go(openId === null ? sessionsPlace(next) : sessionPlace(openId, next), { replace: true });
  };
  const isEmpty = pages.isSuccess && sessions.length === 0;
  return (
    <section aria-label={texts.workspaceSessions} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1 px-3 pb-2">
        <SearchField
          label={texts.findSessions}
          className="flex-1"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <IconButton icon={Plus} label={texts.newSession} onClick={() => setMaking(true)} />
      </div>
      <div className="px-3 pb-2">
        <TagList label={texts.tags} tags={tagsOf(sessions, tags)} chosen={tags} onToggle={toggle} />
      </div>
      {pages.isPending && <SkeletonRows />}
      {pages.isError && (
        <Empty icon={SquareTerminal} title={texts.loadFailedTitle} about={texts.offlineError}>
          <Button onClick={() => void pages.refetch()}>{texts.tryAgain}</Button>
        </Empty>
      )}
      {isEmpty && (
        <Empty icon={SquareTerminal} title={texts.noSessionsTitle} about={texts.noSessionsAbout}>
          <Button look="primary" onClick={() => setMaking(true)}>
            {texts.newSession}
          </Button>
        </Empty>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-2">
        {tags.length > 0 ? (
          <Tagged tags={tags} words={words} openId={openId} />
        ) : (
          <Tree
            branches={treeOf(sessions.filter((each) => matches(each, words)))}
            openId={openId}
            tags={tags}
          />
        )}
        {tags.length === 0 && <MoreButton pages={pages} />}
      </div>
      {isMaking && <NewSession onClose={() => setMaking(false)} />}
    </section>
  );
}

const tagsShown = 12;

/** Those in use, most used first, and the chosen ones always. */
function tagsOf(sessions: readonly ListedWorkspaceSession[], chosen: readonly string[]): string[] {
  const uses = new Map<string, number>();
  for (const { tags } of sessions) for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  const byUse = [...uses].sort((one, other) => other[1] - one[1]).map(([tag]) => tag);
  return [...new Set([...chosen, ...byUse.slice(0, tagsShown)])];
}

function matches({ name, workspace_path: path }: { name: string; workspace_path: string }, words: string) {
  const wanted = words.trim().toLocaleLowerCase();
  return `${name}\n${path}`.toLocaleLowerCase().includes(wanted);
}

function Tagged({ tags, words, openId }: SessionListProps & { words: string }) {
  const related = useRelated(tags);
  const found = related.data?.sessions.filter((each) => matches(each, words)) ?? [];
  if (related.isSuccess && found.length === 0)
    return <p className="px-4 py-6 text-center text-ink-soft">{texts.noSessionsFound}</p>;
  return (
    <ul>
      {found.map((session) => (
        <li key={session.session_id}>
          <Row
            session={session}
            isOpen={session.session_id === openId}
            tags={tags}
            detail={<Score score={session.relevance_score} />}
          />
        </li>
      ))}
    </ul>
  );
}

export function Score({ score }: { score: number }) {
  const percent = Math.round(score * 100);
  return (
    <span className="tabular shrink-0 text-detail text-ink-soft" title={texts.sharedTags(percent)}>
      <span aria-hidden>{percent} %</span>
      <span className="sr-only">{texts.sharedTags(percent)}</span>
    </span>
  );
}

interface TreeProps extends SessionListProps {
  branches: readonly Branch<ListedWorkspaceSession>[];
  depth?: number;
}

function Tree({ branches, openId, tags, depth = 0 }: TreeProps) {
  return (
    <ul className={depth > 0 && depth < 5 ? "ms-4 border-line border-s" : ""}>
      {branches.map(({ session, forks }) => (
        <li key={session.session_id}>
          <Row
            session={session}
            isOpen={session.session_id === openId}
            isFork={session.parent_session_id !== null}
            tags={tags}
            detail={
              <Time at={session.updated_at} show={listTime} className="shrink-0 text-detail text-ink-soft" />
            }
          />
          {forks.length > 0 && <Tree branches={forks} openId={openId} tags={tags} depth={depth + 1} />}
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  session: { session_id: string; name: string; workspace_path: string };
  isOpen: boolean;
  isFork?: boolean;
  tags: readonly string[];
  detail: ReactNode;
}

function Row({ session, isOpen, isFork = false, tags, detail }: RowProps) {
  return (
    <Link
      to={sessionPlace(session.session_id, tags)}
      aria-current={isOpen ? "page" : undefined}
      className={classes("mx-2 block rounded-control px-2.5 py-2", isOpen ? "bg-pressed" : "hover:bg-hover")}
    >
      <span className="flex items-center gap-2">
        {isFork && (
          <GitFork aria-label={texts.fork} size={14} strokeWidth={1.75} className="shrink-0 text-ink-soft" />
        )}
        <span className="min-w-0 flex-1 truncate font-medium">{session.name}</span>
        {detail}
      </span>
      <span className="block truncate text-[0.8125rem] text-ink-soft">{session.workspace_path}</span>
    </Link>
  );
}

function NewSession({ onClose }: { onClose: () => void }) {
  const create = useCreateSession();
  return (
    <SessionForm
      title={texts.newSession}
      action={texts.create}
      initial={{ name: "", path: "", tags: [] }}
      busy={create.isPending}
      error={create.error}
      onDone={({ name, path = "", tags = [] }) =>
        create.mutate({ name, workspace_path: path, tags }, { onSuccess: onClose })
      }
      onClose={onClose}
    />
  );
}
