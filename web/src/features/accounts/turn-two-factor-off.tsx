import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../platform/client.ts";
import { explainFactor } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "../identity/index.ts";

interface TurnTwoFactorOffProps {
  /** Only to set it up again: the words say so. */
  isForNew: boolean;
  onDone: () => void;
  onClose: () => void;
}

/** Needs both factors: whoever finds an open session alone cannot weaken the account. */
export function TurnTwoFactorOff({ isForNew, onDone, onClose }: TurnTwoFactorOffProps) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const off = useMutation({
    mutationFn: () => {
      const given = code.replaceAll(" ", "");
      const proof = /^\d{6}$/.test(given) ? { code: given } : { recovery_code: given };
      return client.account.disableTwoFactor({ password, ...proof });
    },
    onSuccess: onDone,
  });
  return (
    <Dialog
      title={isForNew ? texts.twoFactorAgain : texts.twoFactorTurnOffTitle}
      about={isForNew ? texts.twoFactorAgainAbout : texts.twoFactorTurnOffAbout}
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          off.mutate();
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
        {off.isError && <Failure>{explainFactor(off.error)}</Failure>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" look={isForNew ? "primary" : "harm"} busy={off.isPending}>
            {isForNew ? texts.twoFactorNext : texts.twoFactorTurnOff}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
