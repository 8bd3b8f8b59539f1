import { SlidersHorizontal, SquareTerminal } from "lucide-react";
import {
  AiConversationList,
  AiConversationPane,
  NewAiConversation,
  SessionConversations,
  startAiLogs,
} from "../features/assistant/index.ts";
import {
  SessionList,
  SessionPane,
  SettingsPane,
  startWorkspaceSettings,
} from "../features/workspace/index.ts";
import {
  aiPlace,
  type Place,
  sessionsPlace,
  settingCategories,
  type WorkspaceView,
  workspaceSettingsPlace,
} from "../platform/address.ts";
import { texts } from "../platform/texts.ts";
import { classes } from "../ui/classes.ts";
import { Empty } from "../ui/empty.tsx";
import { Link } from "../ui/link.tsx";

// This page comes on demand; from then on it follows the socket.
startAiLogs();
startWorkspaceSettings();

const sections: { kind: WorkspaceView["kind"]; label: string; to: Place }[] = [
  { kind: "conversations", label: texts.aiConversationsShort, to: aiPlace(null) },
  { kind: "sessions", label: texts.workspaceSessions, to: sessionsPlace() },
  { kind: "settings", label: texts.settings, to: workspaceSettingsPlace(null) },
];

/** Conversations with models, workspace sessions and their settings: what is one's own alone. */
export function WorkspacePage({ view }: { view: WorkspaceView }) {
  const isDetail = view.kind === "settings" ? view.category !== null : view.id !== null;
  return (
    <div className="flex h-full min-h-0">
      <div
        className={classes(
          "flex min-h-0 min-w-0 flex-1 flex-col border-line bg-canvas medium:w-80 medium:flex-none medium:border-e",
          isDetail && "hidden medium:flex",
        )}
      >
        <header className="flex h-14 shrink-0 items-center px-4">
          <h1 className="font-semibold text-heading">{texts.workspace}</h1>
        </header>
        <nav aria-label={texts.workspace} className="flex gap-1 px-3 pb-3">
          {sections.map(({ kind, label, to }) => (
            <Link
              key={kind}
              to={to}
              aria-current={kind === view.kind ? "page" : undefined}
              className={classes(
                "flex min-h-9 min-w-0 flex-1 items-center justify-center truncate rounded-control px-2",
                kind === view.kind ? "bg-pressed font-medium" : "text-ink-soft hover:bg-hover hover:text-ink",
              )}
            >
              {label}
            </Link>
          ))}
        </nav>
        <List view={view} />
      </div>
      <div className={classes("min-h-0 min-w-0 flex-1 bg-surface", !isDetail && "hidden medium:block")}>
        <Detail view={view} />
      </div>
    </div>
  );
}

function List({ view }: { view: WorkspaceView }) {
  if (view.kind === "conversations") return <AiConversationList openId={view.id} />;
  if (view.kind === "sessions") return <SessionList openId={view.id} tags={view.tags} />;
  return (
    <ul className="flex flex-col gap-0.5 px-3">
      {settingCategories.map((category) => (
        <li key={category}>
          <Link
            to={workspaceSettingsPlace(category)}
            aria-current={category === view.category ? "page" : undefined}
            className={classes(
              "flex min-h-9 items-center rounded-control px-3",
              category === view.category ? "bg-pressed font-medium" : "hover:bg-hover",
            )}
          >
            {texts.settingCategory[category]}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Detail({ view }: { view: WorkspaceView }) {
  switch (view.kind) {
    case "conversations":
      if (view.id === null || view.id === "new") return <NewAiConversation sessionId={view.sessionId} />;
      return <AiConversationPane key={view.id} id={view.id} />;
    case "sessions":
      if (view.id === null)
        return <Empty icon={SquareTerminal} title={texts.chooseSessionTitle} about={texts.noSessionsAbout} />;
      return (
        <SessionPane
          key={view.id}
          id={view.id}
          conversations={<SessionConversations sessionId={view.id} />}
        />
      );
    case "settings":
      if (view.category === null)
        return (
          <Empty icon={SlidersHorizontal} title={texts.chooseSettingsTitle} about={texts.settingsAbout} />
        );
      return <SettingsPane key={view.category} category={view.category} />;
  }
}
