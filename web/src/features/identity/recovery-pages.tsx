import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { EntryLink, LinkNotWhole, SignInFrame } from "./sign-in-frame.tsx";
import { useSendsMail } from "./sign-in-options.ts";
import { tokenOfAddress } from "./token-of-address.ts";

/** Asks for the mail with which a new password can be set. The answer is the same whether there is such an account. */
export function ForgotPage() {
  const [email, setEmail] = useState("");
  const sendsMail = useSendsMail();
  const ask = useMutation({ mutationFn: () => client.account.forgotPassword(email.trim()) });
  return (
    <SignInFrame title={texts.forgotTitle} about={sendsMail ? texts.forgotAbout : texts.forgotAboutByHand}>
      {ask.isSuccess ? (
        <p role="status" className="mt-6">
          {sendsMail ? texts.forgotSent : texts.forgotSentByHand}
        </p>
      ) : (
        <form
          className="mt-6 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
          <TextField
            label={texts.email}
            type="email"
            name="email"
            autoComplete="email"
            autoFocus
            required
            value={email}
            error={faultOf(ask.error, "email")}
            onChange={(event) => setEmail(event.target.value)}
          />
          {ask.isError && faultOf(ask.error, "email") === null && <Failure>{explain(ask.error)}</Failure>}
          <Button type="submit" look="primary" busy={ask.isPending}>
            {sendsMail ? texts.forgotSend : texts.forgotSendByHand}
          </Button>
        </form>
      )}
      <ToSignIn />
    </SignInFrame>
  );
}

/** Where the mail's link leads: sets the new password, which ends every session. */
export function ResetPage() {
  const [token] = useState(tokenOfAddress);
  const [password, setPassword] = useState("");
  const reset = useMutation({ mutationFn: () => client.account.resetPassword(token, password) });
  const fault = faultOf(reset.error, "password");
  if (token === "") return <LinkNotWhole title={texts.resetTitle} />;
  return (
    <SignInFrame title={texts.resetTitle} about={texts.resetAbout}>
      {reset.isSuccess ? (
        <p role="status" className="mt-6">
          {texts.resetDone}
        </p>
      ) : (
        <form
          className="mt-6 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            reset.mutate();
          }}
        >
          <PasswordField
            label={texts.newPassword}
            hint={texts.passwordHint}
            name="password"
            autoComplete="new-password"
            autoFocus
            required
            value={password}
            error={fault}
            onChange={(event) => setPassword(event.target.value)}
          />
          {reset.isError && fault === null && <Failure>{explain(reset.error)}</Failure>}
          <Button type="submit" look="primary" busy={reset.isPending}>
            {texts.resetTitle}
          </Button>
        </form>
      )}
      <ToSignIn />
    </SignInFrame>
  );
}

/** Where the mail's link leads that confirms an address: does so at once. */
export function VerifyPage() {
  const [token] = useState(tokenOfAddress);
  return token === "" ? <LinkNotWhole title={texts.verifyTitle} /> : <Verification token={token} />;
}

function Verification({ token }: { token: string }) {
  const { mutate, ...verify } = useMutation({ mutationFn: () => client.account.verifyEmail(token) });
  useEffect(() => mutate(), [mutate]);
  return (
    <SignInFrame title={texts.verifyTitle}>
      <div className="mt-6">
        {verify.isSuccess && <p role="status">{texts.verifyDone(verify.data)}</p>}
        {verify.isError && <Failure>{explain(verify.error)}</Failure>}
      </div>
      <p className="mt-6 text-ink-soft">
        <EntryLink to={{ name: "home" }}>{texts.toStart}</EntryLink>
      </p>
    </SignInFrame>
  );
}

function ToSignIn() {
  return (
    <p className="mt-6 text-ink-soft">
      <EntryLink to={{ name: "login", next: null }}>{texts.signIn}</EntryLink>
    </p>
  );
}
