import { Archive, ArchiveRestore, ArrowLeft, Ellipsis, Pencil, SquareTerminal, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { AiConversation } from "../../../../sdk/src/index.ts";
import { aiPlace, go, goBack, sessionPlace } from "../../platform/address.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { usePageTitle } from "../../platform/page-title.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Menu } from "../../ui/menu.tsx";
import { TagList } from "../../ui/tag-list.tsx";
import { useDeleteConversation, useUpdateConversation } from "./ai-conversations.ts";

/** What the conversation is called, and what can be done with it. */
export function AiConversationHeader({ conversation }: { conversation: AiConversation }) {
  const { conversation_id: id, title, status, tags, workspace_session_id: sessionId } = conversation;
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const update = useUpdateConversation(id);
  usePageTitle(title);
  const isArchived = status === "Archived";
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b ps-2 pe-2 medium:ps-6">
      <IconButton
        icon={ArrowLeft}
        label={texts.back}
        className="medium:hidden rtl:-scale-x-100"
        onClick={() => goBack(aiPlace(null))}
      />
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold text-heading">{title}</h1>
        {isArchived && <p className="text-detail text-ink-soft">{texts.archivedConversations}</p>}
      </div>
      <div className="hidden medium:block">
        <TagList label={texts.tags} tags={tags} />
      </div>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={texts.conversationActions} />}
        entries={[
          { label: texts.editConversation, icon: Pencil, onSelect: () => setOpen("edit") },
          sessionId !== null && {
            label: texts.openItsSession,
            icon: SquareTerminal,
            onSelect: () => go(sessionPlace(sessionId)),
          },
          {
            label: isArchived ? texts.unarchive : texts.archive,
            icon: isArchived ? ArchiveRestore : Archive,
            onSelect: () => update.mutate({ status: isArchived ? "Active" : "Archived" }),
          },
          { label: texts.delete, icon: Trash2, harm: true, apart: true, onSelect: () => setOpen("delete") },
        ]}
      />
      {open === "edit" && <EditConversation conversation={conversation} onClose={() => setOpen(null)} />}
      {open === "delete" && <DeleteConversation id={id} title={title} onClose={() => setOpen(null)} />}
    </header>
  );
}

function EditConversation({ conversation, onClose }: { conversation: AiConversation; onClose: () => void }) {
  const [title, setTitle] = useState(conversation.title);
  const [tags, setTags] = useState(conversation.tags.join(", "));
  const update = useUpdateConversation(conversation.conversation_id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = tags.split(",").map((tag) => tag.trim());
    update.mutate({ title: title.trim(), tags: chosen.filter((tag) => tag !== "") }, { onSuccess: onClose });
  };
  return (
    <Dialog title={texts.editConversation} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-5">
        <TextField
          data-autofocus
          label={texts.title}
          value={title}
          error={faultOf(update.error, "title")}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={texts.tags}
          hint={texts.tagsHint}
          value={tags}
          error={faultOf(update.error, "tags")}
          onChange={(event) => setTags(event.target.value)}
        />
        <FormButtons
          action={texts.save}
          busy={update.isPending}
          disabled={title.trim() === ""}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

function DeleteConversation({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const remove = useDeleteConversation(id);
  return (
    <Confirm
      title={texts.deleteSessionTitle(title)}
      about={texts.deleteAiConversationAbout}
      action={texts.delete}
      busy={remove.isPending}
      error={remove.isError ? explain(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
