import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { putConversations } from "./conversation-store.ts";

export function RenameConversation({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}) {
  const [title, setTitle] = useState(conversation.title ?? "");
  const [description, setDescription] = useState(conversation.description ?? "");
  const change = useMutation({
    mutationFn: () =>
      client.conversations.update(conversation.id, {
        title: title.trim(),
        description: description.trim() === "" ? null : description,
      }),
    onSuccess: (changed) => {
      putConversations([changed]);
      onClose();
    },
  });
  const faults = { title: faultOf(change.error, "title"), description: faultOf(change.error, "description") };
  return (
    <Dialog title={texts.rename} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <TextField
          label={texts.title}
          required
          maxLength={100}
          value={title}
          error={faults.title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextArea
          label={texts.description}
          rows={3}
          value={description}
          error={faults.description}
          onChange={(event) => setDescription(event.target.value)}
        />
        {change.isError && faults.title === null && faults.description === null && (
          <Failure>{explain(change.error)}</Failure>
        )}
        <FormButtons
          action={texts.save}
          busy={change.isPending}
          disabled={title.trim() === ""}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
