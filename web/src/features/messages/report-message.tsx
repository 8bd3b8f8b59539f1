import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Message } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";

/** Tells those who keep order in a room of a message, with a word of why. */
export function ReportMessage({ message, onClose }: { message: Message; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const report = useMutation({
    mutationFn: () => client.messages.report(message.message_id, reason.trim() || null),
    onSuccess: () => {
      confirm(texts.reported);
      onClose();
    },
  });
  return (
    <Dialog title={texts.reportTitle} about={texts.reportAbout} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          report.mutate();
        }}
      >
        <TextArea
          label={texts.reportReason}
          data-autofocus
          rows={3}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {report.isError && <Failure>{explain(report.error)}</Failure>}
        <FormButtons action={texts.report} busy={report.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
