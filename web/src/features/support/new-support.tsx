import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { go, goBack, supportPlace } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { putSupport } from "./support-queries.ts";

/** A customer's question: what it is about, and the first message. */
export function NewSupport() {
  const [subject, setSubject] = useState("");
  const [message, setMessage] = useState("");
  const opening = useMutation({
    mutationFn: () => client.support.open({ subject: subject.trim() || null, message }),
    onSuccess: (conversation) => {
      putSupport(conversation);
      go(supportPlace(conversation.id), { replace: true });
    },
  });
  const faults = { subject: faultOf(opening.error, "subject"), message: faultOf(opening.error, "message") };
  return (
    <Dialog title={texts.askForHelp} about={texts.askForHelpAbout} onClose={() => goBack(supportPlace())}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          opening.mutate();
        }}
      >
        <TextField
          label={texts.supportSubject}
          data-autofocus
          maxLength={100}
          value={subject}
          error={faults.subject}
          onChange={(event) => setSubject(event.target.value)}
        />
        <TextArea
          label={texts.supportQuestion}
          required
          rows={5}
          value={message}
          error={faults.message}
          onChange={(event) => setMessage(event.target.value)}
        />
        {opening.isError && faults.subject === null && faults.message === null && (
          <Failure>{explain(opening.error)}</Failure>
        )}
        <FormButtons
          action={texts.send}
          busy={opening.isPending}
          disabled={message.trim() === ""}
          onCancel={() => goBack(supportPlace())}
        />
      </form>
    </Dialog>
  );
}
