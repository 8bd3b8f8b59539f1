import { useMutation } from "@tanstack/react-query";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { dropConversation } from "./conversation-store.ts";

interface LeaveConversationProps {
  conversation: Conversation;
  name: string;
  onClose: () => void;
}

export function LeaveConversation({ conversation, name, onClose }: LeaveConversationProps) {
  const leaving = useMutation({
    mutationFn: () => client.conversations.leave(conversation.id),
    onSuccess: () => {
      go({ name: "home" }, { replace: true });
      dropConversation(conversation.id);
    },
  });
  return (
    <Confirm
      title={texts.leaveTitle(name)}
      about={texts.leaveAbout}
      action={texts.leave}
      busy={leaving.isPending}
      error={leaving.isError ? explain(leaving.error) : null}
      onConfirm={() => leaving.mutate()}
      onClose={onClose}
    />
  );
}
