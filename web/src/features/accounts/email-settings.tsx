import { useMutation, useQuery } from "@tanstack/react-query";
import { BadgeCheck, CircleDashed } from "lucide-react";
import { useEffect, useState } from "react";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField, updateOwnUser, useOwnUser, useSendsMail } from "../identity/index.ts";

/** The address, whether it is confirmed, and changing it. */
export function EmailSettings() {
  const own = useOwnUser();
  // The link in the mail is mostly followed elsewhere, so what this tab knows may be old.
  const { data } = useQuery({ queryKey: ["me"], queryFn: () => client.users.me(), staleTime: 0 });
  useEffect(() => {
    if (data !== undefined) updateOwnUser(data);
  }, [data]);
  const sendsMail = useSendsMail();
  const resend = useMutation({ mutationFn: () => client.account.resendVerification() });
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere]">{own.email}</p>
          <p className="flex items-center gap-1.5 text-detail text-ink-soft">
            {own.email_verified ? (
              <BadgeCheck aria-hidden size={14} className="text-online" />
            ) : (
              <CircleDashed aria-hidden size={14} />
            )}
            {own.email_verified ? texts.emailConfirmed : texts.emailUnconfirmed}
          </p>
        </div>
        {!own.email_verified && !resend.isSuccess && (
          <Button busy={resend.isPending} onClick={() => resend.mutate()}>
            {sendsMail ? texts.emailResend : texts.emailResendByHand}
          </Button>
        )}
        {resend.isSuccess && <p role="status">{sendsMail ? texts.emailResent : texts.mailByHand}</p>}
      </div>
      {resend.isError && <Failure>{explain(resend.error)}</Failure>}
      <EmailForm />
    </>
  );
}

function EmailForm() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sendsMail = useSendsMail();
  const change = useMutation({
    mutationFn: () => client.account.changeEmail({ email: email.trim(), password }),
    onSuccess: () => {
      setEmail("");
      setPassword("");
    },
  });
  const fault = faultOf(change.error, "email");
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <TextField
        label={texts.emailNew}
        hint={sendsMail ? texts.emailChangeAbout : texts.emailChangeAboutByHand}
        type="email"
        autoComplete="email"
        required
        value={email}
        error={fault}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={texts.password}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {change.isError && fault === null && <Failure>{explain(change.error)}</Failure>}
      {change.isSuccess && (
        <p role="status">
          {(sendsMail ? texts.emailPending : texts.emailPendingByHand)(change.data.pending_email)}
        </p>
      )}
      <Button type="submit" className="self-start" busy={change.isPending}>
        {texts.emailChange}
      </Button>
    </form>
  );
}
