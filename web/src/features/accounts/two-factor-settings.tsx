import { useMutation, useQuery } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ProveBothFactors } from "./prove-both-factors.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { TwoFactorSetUp } from "./two-factor-set-up.tsx";

const key = ["two-factor"];
/** With as many recovery codes or fewer it is time for new ones. */
const fewCodes = 3;

/** Whether there is a second factor, and what to do about it. */
export function TwoFactorSettings() {
  const state = useQuery({ queryKey: key, queryFn: () => client.account.twoFactor() });
  const [step, setStep] = useState<"off" | "again" | "codes" | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const setUp = useMutation({ mutationFn: () => client.account.setUpTwoFactor() });
  const refresh = () => void queries.invalidateQueries({ queryKey: key });
  if (state.isPending) return <div className="skeleton h-9 w-2/5" />;
  if (state.isError) return <Failure>{explain(state.error)}</Failure>;
  const { enabled, recovery_codes_left: left } = state.data;
  return (
    <>
      <p className="flex items-start gap-2">
        {enabled ? (
          <ShieldCheck aria-hidden size={18} className="mt-px shrink-0 text-online" />
        ) : (
          <ShieldAlert aria-hidden size={18} className="mt-px shrink-0 text-ink-soft" />
        )}
        <span>
          {enabled ? `${texts.twoFactorOn}. ${texts.recoveryCodesLeft(left)}` : texts.twoFactorOff}
          {enabled && left <= fewCodes && (
            <span className="block text-harm-ink">{texts.recoveryCodesFew}</span>
          )}
        </span>
      </p>
      {setUp.isError && <Failure>{explain(setUp.error)}</Failure>}
      <div className="flex flex-wrap gap-2">
        {enabled ? (
          <>
            <Button onClick={() => setStep("codes")}>{texts.newRecoveryCodes}</Button>
            <Button onClick={() => setStep("again")}>{texts.twoFactorAgain}</Button>
            <Button onClick={() => setStep("off")}>{texts.twoFactorTurnOff}</Button>
          </>
        ) : (
          <Button look="primary" busy={setUp.isPending} onClick={() => setUp.mutate()}>
            {texts.twoFactorSetUp}
          </Button>
        )}
      </div>
      {step === "codes" && (
        <ProveBothFactors
          title={texts.newRecoveryCodes}
          about={texts.newRecoveryCodesAbout}
          action={texts.twoFactorNext}
          look="primary"
          work={(proof) => client.account.replaceRecoveryCodes(proof)}
          onDone={(fresh) => {
            setStep(null);
            setCodes(fresh);
            refresh();
          }}
          onClose={() => setStep(null)}
        />
      )}
      {(step === "off" || step === "again") && (
        <ProveBothFactors
          title={step === "again" ? texts.twoFactorAgain : texts.twoFactorTurnOffTitle}
          about={step === "again" ? texts.twoFactorAgainAbout : texts.twoFactorTurnOffAbout}
          action={step === "again" ? texts.twoFactorNext : texts.twoFactorTurnOff}
          look={step === "again" ? "primary" : "harm"}
          work={(proof) => client.account.disableTwoFactor(proof)}
          onDone={() => {
            setStep(null);
            refresh();
            if (step === "again") setUp.mutate();
          }}
          onClose={() => setStep(null)}
        />
      )}
      {codes !== null && (
        <RecoveryCodes title={texts.recoveryCodesNew} codes={codes} onClose={() => setCodes(null)} />
      )}
      {setUp.isSuccess && (
        <TwoFactorSetUp
          secret={setUp.data.secret}
          url={setUp.data.otpauth_url}
          onClose={() => {
            setUp.reset();
            refresh();
          }}
        />
      )}
    </>
  );
}
