import {
  Archive,
  ArchiveRestore,
  Ban,
  Bell,
  BellOff,
  Lock,
  LogOut,
  Pencil,
  Settings2,
  UserPlus,
  X,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { conversationPlace, go } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Failure } from "../../ui/notice.tsx";
import { useOwnUser } from "../identity/index.ts";
import { BlockPerson, useRelation, useRelationEntries } from "../relations/index.ts";
import { AddPeople } from "./add-people.tsx";
import { useConversationActions } from "./conversation-actions.ts";
import { otherOf, useAppearance } from "./conversation-name.ts";
import { LeaveConversation } from "./leave-conversation.tsx";
import { ParticipantList } from "./participant-list.tsx";
import { useParticipants } from "./participants.ts";
import { RenameConversation } from "./rename-conversation.tsx";

type Step = "add" | "rename" | "leave" | null;

interface DetailsPanelProps {
  conversation: Conversation;
  onClose: () => void;
  /** What else there is to say of it, above its people. */
  children?: ReactNode;
}

/** Beside a conversation: what it is, who takes part, and what one sets for oneself. */
export function DetailsPanel({ conversation, onClose, children }: DetailsPanelProps) {
  const own = useOwnUser();
  const look = useAppearance(conversation);
  const [step, setStep] = useState<Step>(null);
  const role = useParticipants(conversation.id).find(({ id }) => id === own.id)?.role;
  const isDirect = conversation.type === "direct";
  return (
    <aside aria-label={texts.details} className="flex h-full flex-col bg-canvas">
      <header className="flex h-14 shrink-0 items-center gap-2 border-line border-b ps-5 pe-2">
        <h2 className="flex-1 font-semibold text-heading">{texts.details}</h2>
        <IconButton icon={X} label={texts.hideDetails} onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto pb-6">
        <div className="flex flex-col items-center gap-2 px-5 pt-6 pb-4 text-center">
          <Avatar id={look.colourId} name={look.name} url={look.avatarUrl} kind={look.kind} size="large" />
          <h3 className="max-w-full font-semibold text-heading [overflow-wrap:anywhere]">{look.name}</h3>
          {conversation.description !== null && conversation.description !== "" && (
            <p className="max-w-full whitespace-pre-wrap text-ink-soft [overflow-wrap:anywhere]">
              {conversation.description}
            </p>
          )}
          {conversation.is_e2ee_enabled && (
            <p className="flex items-center gap-1.5 text-detail text-ink-soft">
              <Lock aria-hidden size={13} />
              {texts.encryptedTitle}
            </p>
          )}
        </div>
        <OwnActions
          conversation={conversation}
          onLeave={() => setStep("leave")}
          below={
            isDirect && <OtherActions userId={otherOf(conversation, own.id) ?? own.id} name={look.name} />
          }
        >
          {conversation.type === "room" && (
            <ActionRow
              icon={Settings2}
              label={texts.roomPanel}
              onClick={() => go(conversationPlace(conversation.id, { panel: "room" }))}
            />
          )}
          {!isDirect && (role === "admin" || role === "moderator") && (
            <ActionRow icon={Pencil} label={texts.rename} onClick={() => setStep("rename")} />
          )}
          {!isDirect && role === "admin" && (
            <ActionRow icon={UserPlus} label={texts.addPeople} onClick={() => setStep("add")} />
          )}
        </OwnActions>
        {children}
        <ParticipantList conversation={conversation} ownRole={role} />
      </div>
      {step === "add" && <AddPeople conversation={conversation} onClose={() => setStep(null)} />}
      {step === "rename" && <RenameConversation conversation={conversation} onClose={() => setStep(null)} />}
      {step === "leave" && (
        <LeaveConversation conversation={conversation} name={look.name} onClose={() => setStep(null)} />
      )}
    </aside>
  );
}

/** About the other one of a direct conversation. */
function OtherActions({ userId, name }: { userId: string; name: string }) {
  const [isBlocking, setBlocking] = useState(false);
  const isBlocked = useRelation(userId) === "blocked";
  const entries = useRelationEntries(userId, name, () => setBlocking(true));
  return (
    <>
      {isBlocked && <p className="px-3 pt-2 text-ink-soft">{texts.isBlockedNow(name)}</p>}
      {entries.map(({ label, icon, harm = false, onSelect }) => (
        <ActionRow key={label} icon={icon ?? Ban} label={label} harm={harm} onClick={onSelect} />
      ))}
      {isBlocking && <BlockPerson userId={userId} name={name} onClose={() => setBlocking(false)} />}
    </>
  );
}

interface OwnActionsProps {
  conversation: Conversation;
  onLeave: () => void;
  children: ReactNode;
  below: ReactNode;
}

function OwnActions({ conversation, onLeave, children, below }: OwnActionsProps) {
  const actions = useConversationActions(conversation);
  return (
    <div className="flex flex-col px-2 pb-4">
      {children}
      {conversation.muted ? (
        <ActionRow icon={Bell} label={texts.unmute} onClick={actions.unmute} />
      ) : (
        <Menu
          trigger={<ActionButton icon={BellOff} label={texts.mute} />}
          entries={[
            { label: texts.muteFor(texts.oneHour), onSelect: () => actions.mute(inAnHour()) },
            { label: texts.muteFor(texts.untilTomorrow), onSelect: () => actions.mute(tomorrow()) },
            { label: texts.muteFor(texts.forGood), onSelect: () => actions.mute(null) },
          ]}
        />
      )}
      <ActionRow
        icon={conversation.archived ? ArchiveRestore : Archive}
        label={conversation.archived ? texts.unarchive : texts.archive}
        onClick={() => actions.setArchived(!conversation.archived)}
      />
      {conversation.type !== "direct" && conversation.type !== "support" && (
        <ActionRow icon={LogOut} label={texts.leave} onClick={onLeave} harm />
      )}
      {below}
      {actions.error !== null && <Failure>{actions.error}</Failure>}
    </div>
  );
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}

/** Tomorrow at nine, where the reader is. */
function tomorrow(): string {
  const at = new Date();
  at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return at.toISOString();
}

function ActionRow(props: { icon: typeof Pencil; label: string; harm?: boolean; onClick: () => void }) {
  return <ActionButton {...props} />;
}

interface ActionButtonProps extends React.ComponentProps<"button"> {
  icon: typeof Pencil;
  label: string;
  harm?: boolean;
}

function ActionButton({ icon: Icon, label, harm = false, ...rest }: ActionButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={`flex min-h-9 items-center gap-3 rounded-control px-3 py-1.5 text-start hover:bg-hover ${harm ? "text-harm-ink" : ""}`}
    >
      <Icon aria-hidden size={17} strokeWidth={1.75} className="shrink-0" />
      {label}
    </button>
  );
}
