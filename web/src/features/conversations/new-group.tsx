import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { User } from "../../../../sdk/src/index.ts";
import { conversationPlace, go, goBack } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ChoosePeople } from "./choose-people.tsx";
import { putConversations } from "./conversation-store.ts";

/** Making a group: its name and who is in it. */
export function NewGroup() {
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const creation = useMutation({
    mutationFn: () =>
      client.conversations.create({
        type: "group",
        title: title.trim(),
        participant_ids: chosen.map(({ id }) => id),
      }),
    onSuccess: (conversation) => {
      putConversations([conversation]);
      go(conversationPlace(conversation.id), { replace: true });
    },
  });
  const titleFault = faultOf(creation.error, "title");
  return (
    <Dialog title={texts.newGroup} onClose={() => goBack({ name: "home" })}>
      <form
        className="flex min-h-0 flex-1 flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate();
        }}
      >
        <TextField
          label={texts.groupTitle}
          required
          data-autofocus
          maxLength={100}
          value={title}
          error={titleFault}
          onChange={(event) => setTitle(event.target.value)}
        />
        <ChoosePeople chosen={chosen} onChange={setChosen} />
        {creation.isError && titleFault === null && <Failure>{explain(creation.error)}</Failure>}
        <div className="flex items-center justify-end gap-3">
          <span className="flex-1 text-detail text-ink-soft">
            {chosen.length === 0 ? texts.chooseSomebody : texts.chosen(chosen.length)}
          </span>
          <Button
            type="submit"
            look="primary"
            busy={creation.isPending}
            disabled={chosen.length === 0 || title.trim() === ""}
          >
            {texts.createGroup}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
