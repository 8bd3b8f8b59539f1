import { useMutation } from "@tanstack/react-query";
import type { Message } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Confirm } from "../../ui/confirm.tsx";

/** Asks once, then deletes for everybody. */
export function RemoveMessage({ message, onClose }: { message: Message; onClose: () => void }) {
  const removal = useMutation({
    mutationFn: () => client.messages.delete(message.message_id),
    onSuccess: onClose,
  });
  return (
    <Confirm
      title={texts.deleteTitle}
      about={texts.deleteAbout}
      action={texts.delete}
      busy={removal.isPending}
      error={removal.isError ? explain(removal.error) : null}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    />
  );
}
