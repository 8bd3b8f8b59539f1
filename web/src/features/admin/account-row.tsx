import { Ellipsis } from "lucide-react";
import { useState } from "react";
import type { Account } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime, shortDate } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Time } from "../../ui/time.tsx";
import { useOwnUser } from "../identity/index.ts";
import { type AccountChange, useChangeAccount } from "./accounts.ts";
import { BanAccount } from "./ban-account.tsx";

const roles = ["admin", "moderator", "user", "guest"] as const;

/** One account of the table. */
export function AccountRow({ account }: { account: Account }) {
  const own = useOwnUser();
  const [step, setStep] = useState<"ban" | "delete" | null>(null);
  const { display_name: name } = account;
  const change = useChangeAccount(account, ({ kind }) => {
    setStep(null);
    confirm(kind === "unlock" ? texts.unlocked(name) : texts.saved);
  });
  return (
    <tr className="border-line border-b align-top">
      <th scope="row" className="py-2.5 pe-3 text-start font-normal">
        <span className="flex items-start gap-3">
          <Avatar id={account.id} name={name} url={account.avatar_url} />
          <span className="min-w-0">
            <span className="block font-medium [overflow-wrap:anywhere]">{name}</span>
            <span className="block text-detail text-ink-soft [overflow-wrap:anywhere]">
              <bdi>@{account.username}</bdi>
              {account.email !== null && ` · ${account.email}`}
            </span>
            <span className="block text-detail medium:hidden">
              {texts.serverRoles[account.role]} · <State account={account} />
            </span>
            {account.ban !== null && (
              <span className="block text-detail text-ink-soft [overflow-wrap:anywhere]">
                {account.ban.reason}
              </span>
            )}
          </span>
        </span>
        {change.isError && step === null && <Failure>{explain(change.error)}</Failure>}
      </th>
      <td className="hidden py-2.5 pe-3 medium:table-cell">
        {texts.serverRoles[account.role]}
        {account.agent && <span className="block text-detail text-ink-soft">{texts.stateAgent}</span>}
      </td>
      <td className="hidden py-2.5 pe-3 medium:table-cell">
        <State account={account} />
      </td>
      <td className="hidden whitespace-nowrap py-2.5 pe-3 text-ink-soft medium:table-cell">
        {account.last_login_at === null ? (
          texts.never
        ) : (
          <Time at={account.last_login_at} show={(at) => agoTime(at)} />
        )}
      </td>
      <td className="py-2 text-end">
        {account.id !== own.id && (
          <Menu
            trigger={<IconButton size="small" icon={Ellipsis} label={texts.personActions(name)} />}
            entries={entriesOf(account, change.mutate, setStep)}
          />
        )}
        {step === "ban" && (
          <BanAccount
            name={name}
            busy={change.isPending}
            error={change.isError ? explain(change.error) : null}
            onBan={(body) => change.mutate({ kind: "ban", body })}
            onClose={() => setStep(null)}
          />
        )}
        {step === "delete" && (
          <Confirm
            title={texts.endAccountTitle(name)}
            about={texts.endAccountAbout}
            action={texts.deleteAccount}
            busy={change.isPending}
            error={change.isError ? explain(change.error) : null}
            onConfirm={() => change.mutate({ kind: "delete" })}
            onClose={() => setStep(null)}
          />
        )}
      </td>
    </tr>
  );
}

function State({ account }: { account: Account }) {
  if (account.banned) {
    const until = account.ban?.until ?? null;
    return (
      <span className="text-harm-ink">
        {until === null ? (
          texts.stateBanned
        ) : (
          <Time at={until} show={(at) => texts.stateBannedUntil(shortDate(at))} />
        )}
      </span>
    );
  }
  return <span className="text-ink-soft">{account.is_active ? texts.stateActive : texts.stateInactive}</span>;
}

function entriesOf(
  account: Account,
  change: (change: AccountChange) => void,
  ask: (step: "ban" | "delete") => void,
): MenuEntry[] {
  const update = (
    label: string,
    body: Extract<AccountChange, { kind: "update" }>["body"],
    apart = false,
  ) => ({
    label,
    apart,
    onSelect: () => change({ kind: "update", body }),
  });
  return [
    ...roles
      .filter((role) => role !== account.role)
      .map((role) => update(texts.makeServerRole(texts.serverRoles[role]), { role })),
    update(account.agent ? texts.noAgent : texts.makeAgent, { agent: !account.agent }, true),
    { label: texts.unlockUser, apart: true, onSelect: () => change({ kind: "unlock" }) },
    update(account.is_active ? texts.switchOff : texts.switchOn, { is_active: !account.is_active }),
    account.banned
      ? { label: texts.unban, onSelect: () => change({ kind: "unban" }) }
      : { label: texts.ban, harm: true, apart: true, onSelect: () => ask("ban") },
    { label: texts.endAccount, harm: true, onSelect: () => ask("delete") },
  ];
}
