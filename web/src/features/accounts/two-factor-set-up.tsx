import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../platform/client.ts";
import { explainFactor } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

interface TwoFactorSetUpProps {
  secret: string;
  url: string;
  onClose: () => void;
}

/** First the key goes into the app and a code of it proves that it arrived; then the recovery codes are shown, this once. */
export function TwoFactorSetUp({ secret, url, onClose }: TwoFactorSetUpProps) {
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => client.account.confirmTwoFactor(code.replaceAll(" ", "")),
  });
  if (confirm.isSuccess)
    return <RecoveryCodes title={texts.twoFactorIsOn} codes={confirm.data} onClose={onClose} />;
  return (
    <Dialog title={texts.twoFactorSetUpTitle} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}
      >
        <p>{texts.twoFactorScan}</p>
        <QrCode text={url} label={texts.twoFactorQr} className="size-48 self-center rounded-control" />
        <div className="flex flex-col gap-2">
          <p className="text-ink-soft">{texts.twoFactorByHand}</p>
          <SecretText label={texts.twoFactorKey}>{inGroups(secret)}</SecretText>
          <CopyButton text={secret} label={texts.copyKey} className="self-start" />
        </div>
        <TextField
          label={texts.twoFactorCode}
          hint={texts.twoFactorCodeHint}
          inputMode="numeric"
          autoComplete="one-time-code"
          data-autofocus
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {confirm.isError && <Failure>{explainFactor(confirm.error)}</Failure>}
        <FormButtons action={texts.twoFactorTurnOn} busy={confirm.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** Four by four, for whoever types it off. */
function inGroups(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}
