import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "./password-field.tsx";
import { signOut } from "./session.ts";
import { SettingsSection } from "./settings-section.tsx";

/** The password, and signing out. */
export function AccountSettings() {
  return (
    <SettingsSection title={texts.account}>
      <PasswordForm />
      <div className="border-line border-t pt-5">
        <Button onClick={() => void signOut()}>{texts.signOut}</Button>
      </div>
    </SettingsSection>
  );
}

function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => client.users.changePassword({ current_password: current, new_password: next }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
    },
  });
  const fault = faultOf(change.error, "new_password");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <div>
        <h2 className="font-semibold text-heading">{texts.changePassword}</h2>
        <p className="text-ink-soft">{texts.changePasswordAbout}</p>
      </div>
      <PasswordField
        label={texts.currentPassword}
        required
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <PasswordField
        label={texts.newPassword}
        hint={texts.passwordHint}
        required
        autoComplete="new-password"
        value={next}
        error={fault}
        onChange={(event) => setNext(event.target.value)}
      />
      {change.isError && fault === null && <Failure>{explain(change.error)}</Failure>}
      {change.isSuccess && <p role="status">{texts.passwordChanged}</p>}
      <Button type="submit" look="primary" className="self-start" busy={change.isPending}>
        {texts.changePassword}
      </Button>
    </form>
  );
}
