import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { ApiKey } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { useOwnUser } from "../identity/index.ts";
import { NewApiKey, scopeNames } from "./new-api-key.tsx";

const apiKeysKey = ["api-keys"];

/** With which keys programs come in, made by oneself. */
export function ApiKeySettings() {
  const own = useOwnUser();
  const keys = useQuery({ queryKey: apiKeysKey, queryFn: () => client.account.apiKeys() });
  const [isMaking, setMaking] = useState(false);
  return (
    <SettingsSection title={texts.apiKeys} about={texts.apiKeysAbout}>
      {own.role === "guest" ? (
        <p>{texts.guestsNoApiKeys}</p>
      ) : (
        <Button look="primary" className="self-start" onClick={() => setMaking(true)}>
          {texts.apiKeyNew}
        </Button>
      )}
      {keys.isPending && <SkeletonRows />}
      {keys.isError && <Failure>{explain(keys.error)}</Failure>}
      {keys.data?.length === 0 && (
        <div className="py-6 text-center">
          <h2 className="font-semibold">{texts.noApiKeysTitle}</h2>
          <p className="text-ink-soft">{texts.noApiKeysAbout}</p>
        </div>
      )}
      {keys.data !== undefined && keys.data.length > 0 && (
        <ul aria-label={texts.apiKeys} className="flex flex-col">
          {keys.data.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
      )}
      {isMaking && (
        <NewApiKey
          onMade={() => queries.invalidateQueries({ queryKey: apiKeysKey })}
          onClose={() => setMaking(false)}
        />
      )}
    </SettingsSection>
  );
}

function ApiKeyRow({ apiKey }: { apiKey: ApiKey }) {
  const [isAsked, setAsked] = useState(false);
  const revocation = useMutation({
    mutationFn: () => client.account.revokeApiKey(apiKey.id),
    onSuccess: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: apiKeysKey });
    },
  });
  return (
    <li className="flex flex-wrap items-center gap-3 border-line border-b py-3">
      <KeyRound aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-ink-soft" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{apiKey.name}</p>
        <p className="text-detail text-ink-soft">
          {apiKey.scopes.map((scope) => scopeNames[scope]).join(", ")} ·{" "}
          <Time at={apiKey.created_at} show={(at) => texts.apiKeyMadeAt(agoTime(at))} /> ·{" "}
          {apiKey.last_used_at === null ? (
            texts.apiKeyUnused
          ) : (
            <Time at={apiKey.last_used_at} show={(at) => texts.lastUsed(agoTime(at))} />
          )}
        </p>
      </div>
      <Button onClick={() => setAsked(true)} aria-label={`${texts.apiKeyRevoke}: ${apiKey.name}`}>
        {texts.apiKeyRevoke}
      </Button>
      {isAsked && (
        <Confirm
          title={texts.apiKeyRevokeTitle(apiKey.name)}
          about={texts.apiKeyRevokeAbout}
          action={texts.apiKeyRevoke}
          busy={revocation.isPending}
          error={revocation.isError ? explain(revocation.error) : null}
          onConfirm={() => revocation.mutate()}
          onClose={() => setAsked(false)}
        />
      )}
    </li>
  );
}
