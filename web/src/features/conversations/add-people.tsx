import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Conversation, User } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ChoosePeople } from "./choose-people.tsx";
import { useParticipants } from "./participants.ts";

export function AddPeople({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const participants = useParticipants(conversation.id);
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const addition = useMutation({
    mutationFn: () => client.participants.add(conversation.id, { user_ids: chosen.map(({ id }) => id) }),
    onSuccess: onClose,
  });
  return (
    <Dialog title={texts.addPeople} onClose={onClose}>
      <div className="flex flex-1 flex-col gap-4 p-5 pt-3">
        <ChoosePeople
          autoFocus
          chosen={chosen}
          onChange={setChosen}
          without={new Set(participants.map(({ id }) => id))}
        />
        {addition.isError && <Failure>{explain(addition.error)}</Failure>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            look="primary"
            busy={addition.isPending}
            disabled={chosen.length === 0}
            onClick={() => addition.mutate()}
          >
            {texts.addPeople}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
