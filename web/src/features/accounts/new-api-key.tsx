import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckBox, TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";
import { useOwnUser } from "../identity/index.ts";

type Scope = ApiKey["scopes"][number];

export const scopeNames: Record<Scope, string> = {
  read: texts.scopeRead,
  write: texts.scopeWrite,
  admin: texts.scopeAdmin,
};

const scopeAbouts: Record<Scope, string> = {
  read: texts.scopeReadAbout,
  write: texts.scopeWriteAbout,
  admin: texts.scopeAdminAbout,
};

interface NewApiKeyProps {
  onMade: () => void;
  onClose: () => void;
}

/** A name and what it may do; then the key, this once. */
export function NewApiKey({ onMade, onClose }: NewApiKeyProps) {
  const own = useOwnUser();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const creation = useMutation({
    mutationFn: () => client.account.createApiKey({ name: name.trim(), scopes: [...scopes] }),
    onSuccess: onMade,
  });
  if (creation.isSuccess)
    return (
      <ShownOnce
        title={texts.apiKeyMade(creation.data.name)}
        about={texts.apiKeyOnce}
        text={creation.data.key}
        copyLabel={texts.copyApiKey}
        doneLabel={texts.done}
        onDone={onClose}
      >
        <SecretText label={texts.apiKeyText}>{creation.data.key}</SecretText>
      </ShownOnce>
    );
  const offered: Scope[] = own.role === "admin" ? ["read", "write", "admin"] : ["read", "write"];
  const fault = faultOf(creation.error, "name");
  return (
    <Dialog title={texts.apiKeyNew} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate();
        }}
      >
        <TextField
          label={texts.apiKeyName}
          hint={texts.apiKeyNameHint}
          data-autofocus
          required
          maxLength={100}
          value={name}
          error={fault}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset>
          <legend className="mb-2 font-medium">{texts.apiKeyScopes}</legend>
          <div className="flex flex-col gap-1">
            {offered.map((scope) => (
              <CheckBox
                key={scope}
                label={scopeNames[scope]}
                about={scopeAbouts[scope]}
                checked={scopes.includes(scope)}
                onChange={(isOn) =>
                  setScopes(isOn ? [...scopes, scope] : scopes.filter((each) => each !== scope))
                }
              />
            ))}
          </div>
        </fieldset>
        {creation.isError && fault === null && <Failure>{explain(creation.error)}</Failure>}
        <FormButtons
          action={texts.apiKeyMake}
          busy={creation.isPending}
          disabled={name.trim() === "" || scopes.length === 0}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
