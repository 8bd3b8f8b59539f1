import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { go } from "../../platform/address.ts";
import { explain, explainFactor } from "../../platform/explain.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { session, signIn } from "./session.ts";
import { EntryLink, SignInFrame } from "./sign-in-frame.tsx";
import { useSignInOptions } from "./sign-in-options.ts";

/** @param next where to go after signing in. */
export function SignInPage({ next }: { next: string | null }) {
  const state = useStore(session);
  const options = useSignInOptions();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [factor, setFactor] = useState("");
  const [needsFactor, setNeedsFactor] = useState(false);
  const attempt = useMutation({
    mutationFn: () => signIn(name.trim(), password, factor.replaceAll(" ", "")),
    onSuccess: () => go(next ?? "/", { replace: true }),
    onError: (error) => setNeedsFactor(needsFactor || isFactorMissing(error)),
  });
  const wasEnded = state.status === "signedOut" && state.ended;
  return (
    <SignInFrame title={texts.signInTitle} {...(wasEnded ? { about: texts.sessionEnded } : {})}>
      <form
        className="mt-6 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate();
        }}
      >
        <TextField
          label={texts.emailOrUsername}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          label={texts.password}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {needsFactor && (
          <TextField
            label={texts.secondFactor}
            hint={texts.secondFactorHint}
            name="one-time-code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            value={factor}
            onChange={(event) => setFactor(event.target.value)}
          />
        )}
        {attempt.isError && !isFactorMissing(attempt.error) && (
          <Failure>{needsFactor ? explainFactor(attempt.error) : explain(attempt.error)}</Failure>
        )}
        <Button type="submit" look="primary" busy={attempt.isPending}>
          {texts.signIn}
        </Button>
      </form>
      <p className="mt-6">
        <EntryLink to={{ name: "forgot-password" }}>{texts.forgotTitle}</EntryLink>
      </p>
      {options.data?.registration === "open" && (
        <p className="mt-2 text-ink-soft">
          {texts.noAccountYet} <EntryLink to={{ name: "register", next }}>{texts.createAccount}</EntryLink>
        </p>
      )}
    </SignInFrame>
  );
}

function isFactorMissing(error: unknown): boolean {
  return error instanceof ParleyError && error.code === "TWO_FACTOR_REQUIRED";
}
