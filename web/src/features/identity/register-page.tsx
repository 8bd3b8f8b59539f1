import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, useState } from "react";
import { go } from "../../platform/address.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Link } from "../../ui/link.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { register } from "./session.ts";
import { SignInFrame } from "./sign-in-frame.tsx";
import { useSignInOptions } from "./sign-in-options.ts";

const fields = ["display_name", "username", "email", "password"] as const;
type Field = (typeof fields)[number];

/** Also the first-run page: on a server without people it says that this account will run it. */
export function RegisterPage({ next }: { next: string | null }) {
  const options = useSignInOptions();
  const [account, setAccount] = useState({ display_name: "", username: "", email: "", password: "" });
  const attempt = useMutation({
    mutationFn: () => register(account),
    onSuccess: () => go(next ?? "/", { replace: true }),
  });
  const isFirst = options.data?.is_empty === true;
  const input = (field: Field) => ({
    name: field,
    required: true,
    value: account[field],
    error: faultOf(attempt.error, field),
    onChange: (event: ChangeEvent<HTMLInputElement>) =>
      setAccount({ ...account, [field]: event.target.value }),
  });
  const isNamed = fields.some((field) => faultOf(attempt.error, field) !== null);
  return (
    <SignInFrame
      title={isFirst ? texts.firstRunTitle : texts.registerTitle}
      {...(isFirst ? { about: texts.firstRunAbout } : {})}
    >
      {options.data?.registration === "invite" ? (
        <p className="mt-4 text-ink-soft">{texts.registrationClosed}</p>
      ) : (
        <form
          className="mt-6 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            attempt.mutate();
          }}
        >
          <TextField
            {...input("display_name")}
            label={texts.displayName}
            hint={texts.displayNameHint}
            autoComplete="name"
            autoFocus
          />
          <TextField
            {...input("username")}
            label={texts.username}
            hint={texts.usernameHint}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
          />
          <TextField {...input("email")} label={texts.email} type="email" autoComplete="email" />
          <PasswordField
            {...input("password")}
            label={texts.password}
            hint={texts.passwordHint}
            autoComplete="new-password"
          />
          {attempt.isError && !isNamed && <Failure>{explain(attempt.error)}</Failure>}
          <Button type="submit" look="primary" busy={attempt.isPending}>
            {texts.createAccount}
          </Button>
        </form>
      )}
      {!isFirst && (
        <p className="mt-6 text-ink-soft">
          {texts.haveAccount}{" "}
          <Link to={{ name: "login", next }} className="font-medium text-accent-ink hover:underline">
            {texts.signIn}
          </Link>
        </p>
      )}
    </SignInFrame>
  );
}
