import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordField } from "../identity/index.ts";

export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => client.users.changePassword({ current_password: current, new_password: next }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const fault = faultOf(change.error, "new_password");
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
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
