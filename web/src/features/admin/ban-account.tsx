import { useState } from "react";
import type { Body } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";

const dayMs = 86_400_000;
const lengths = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, forever: null } as const;
type Length = keyof typeof lengths;

const options = (Object.keys(lengths) as Length[]).map((value) => ({
  value,
  label: texts.banLengths[value],
}));

interface BanAccountProps {
  name: string;
  busy: boolean;
  error: string | null;
  onBan: (body: Body<"ban">) => void;
  onClose: () => void;
}

/** Why, and for how long. */
export function BanAccount({ name, busy, error, onBan, onClose }: BanAccountProps) {
  const [reason, setReason] = useState("");
  const [length, setLength] = useState<Length>("forever");
  return (
    <Dialog title={texts.banTitle(name)} about={texts.banAbout} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5 text-start"
        onSubmit={(event) => {
          event.preventDefault();
          const ms = lengths[length];
          const until = ms === null ? null : new Date(Date.now() + ms).toISOString();
          onBan({ reason: reason.trim(), until });
        }}
      >
        <TextField
          label={texts.banReason}
          hint={texts.banReasonHint}
          data-autofocus
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Choice label={texts.banLength} value={length} options={options} onChange={setLength} />
        {error !== null && <Failure>{error}</Failure>}
        <FormButtons
          action={texts.banAction}
          look="harm"
          busy={busy}
          disabled={reason.trim() === ""}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
