import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Body } from "../../../../sdk/src/index.ts";
import { explainFactor } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "../identity/index.ts";

type Proof = Body<"disableTwoFactor">;

interface ProveBothFactorsProps<Result> {
  title: string;
  about: string;
  action: string;
  look: "primary" | "harm";
  /** What needs the proof; it is refused by a wrong one. */
  work: (proof: Proof) => Promise<Result>;
  onDone: (result: Result) => void;
  onClose: () => void;
}

/** Asks for the password and a code: whoever finds an open session alone cannot weaken the account. */
export function ProveBothFactors<Result>(props: ProveBothFactorsProps<Result>) {
  const { title, about, action, look, work, onDone, onClose } = props;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const proven = useMutation({
    mutationFn: () => {
      const given = code.replaceAll(" ", "");
      return work({ password, ...(/^\d{6}$/.test(given) ? { code: given } : { recovery_code: given }) });
    },
    onSuccess: onDone,
  });
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          proven.mutate();
        }}
      >
        <PasswordField
          label={texts.password}
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <TextField
          label={texts.codeOrRecovery}
          hint={texts.secondFactorHint}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {proven.isError && <Failure>{explainFactor(proven.error)}</Failure>}
        <FormButtons action={action} look={look} busy={proven.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
