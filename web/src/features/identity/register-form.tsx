import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, useState } from "react";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { register } from "./session.ts";

const fields = ["display_name", "username", "email", "password"] as const;
type Field = (typeof fields)[number];

interface RegisterFormProps {
  /** Whoever brings one comes into the organization that invites. */
  invitationToken?: string;
  onDone: () => void;
}

/** Makes an account and signs in. */
export function RegisterForm({ invitationToken, onDone }: RegisterFormProps) {
  const [account, setAccount] = useState({ display_name: "", username: "", email: "", password: "" });
  const attempt = useMutation({
    mutationFn: () =>
      register({
        ...account,
        ...(invitationToken === undefined ? {} : { invitation_token: invitationToken }),
      }),
    onSuccess: onDone,
  });
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
  );
}
