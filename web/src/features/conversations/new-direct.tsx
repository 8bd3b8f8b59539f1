import { useMutation } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { conversationPlace, go, goBack } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { PeopleList } from "../identity/index.ts";
import { putConversations } from "./conversation-store.ts";

/** Opens the conversation with somebody; where there is one already, that. */
export function useWriteTo() {
  return useMutation({
    mutationFn: (userId: string) =>
      client.conversations.create({ type: "direct", participant_ids: [userId] }),
    onSuccess: (conversation) => {
      putConversations([conversation]);
      go(conversationPlace(conversation.id), { replace: true });
    },
  });
}

/** Choosing whom to write to. */
export function NewDirect() {
  const [words, setWords] = useState("");
  const writeTo = useWriteTo();
  return (
    <Dialog title={texts.newDirect} onClose={() => goBack({ name: "home" })}>
      <div className="flex min-h-0 flex-col gap-3 p-5 pt-3">
        <SearchField
          label={texts.findPeople}
          data-autofocus
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Link
          to={{ name: "new", kind: "group" }}
          replace
          className="flex items-center gap-3 rounded-control px-2 py-2 font-medium text-accent-ink hover:bg-hover"
        >
          <span className="flex size-9 items-center justify-center rounded-[28%] bg-accent-soft">
            <UsersRound aria-hidden size={18} />
          </span>
          {texts.newGroup}
        </Link>
        {writeTo.isError && <Failure>{explain(writeTo.error)}</Failure>}
        <div className="medium:h-80 medium:overflow-y-auto">
          <PeopleList
            words={words}
            row={(person, face) => (
              <button
                type="button"
                disabled={writeTo.isPending}
                onClick={() => writeTo.mutate(person.id)}
                className="flex w-full items-center gap-3 rounded-control px-2 py-2 hover:bg-hover"
              >
                {face}
              </button>
            )}
          />
        </div>
      </div>
    </Dialog>
  );
}
