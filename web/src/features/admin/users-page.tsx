import { useState } from "react";
import type { Account } from "../../../../sdk/src/index.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { AccountRow } from "./account-row.tsx";
import { type AccountFilter, readAccounts, useAccounts } from "./accounts.ts";
import { ExportButton } from "./export-button.tsx";

const roles = [
  { value: "any", label: texts.anyRole },
  { value: "admin", label: texts.serverRoles.admin },
  { value: "moderator", label: texts.serverRoles.moderator },
  { value: "user", label: texts.serverRoles.user },
  { value: "guest", label: texts.serverRoles.guest },
] as const;

const states = [
  { value: "any", label: texts.anyState },
  { value: "banned", label: texts.onlyBanned },
  { value: "not banned", label: texts.notBanned },
] as const;

const sorts = [
  { value: "created_at", label: texts.sortNewest },
  { value: "username", label: texts.sortName },
] as const;

const exported: Readonly<Record<string, (account: Account) => string | null>> = {
  id: (account) => account.id,
  username: (account) => account.username,
  display_name: (account) => account.display_name,
  email: (account) => account.email,
  role: (account) => account.role,
  organization_id: (account) => account.organization_id,
  organization_role: (account) => account.organization_role,
  is_active: (account) => String(account.is_active),
  banned: (account) => String(account.banned),
  ban_reason: (account) => account.ban?.reason ?? null,
  ban_until: (account) => account.ban?.until ?? null,
  created_at: (account) => account.created_at,
  last_login_at: (account) => account.last_login_at,
  last_seen_at: (account) => account.last_seen_at,
};

/** Every account of the server, and what its administrators may do about it. */
export function UsersPage() {
  const [filter, setFilter] = useState<AccountFilter>({
    words: "",
    role: "any",
    state: "any",
    sort: "created_at",
  });
  const accounts = useAccounts(filter);
  const all = accounts.data?.pages.flatMap((page) => page.users) ?? [];
  return (
    <SettingsSection wide title={texts.users} about={texts.usersAbout}>
      <div className="flex flex-wrap items-end gap-3">
        <SearchField
          label={texts.findUsers}
          value={filter.words}
          onChange={(event) => setFilter({ ...filter, words: event.target.value })}
          className="min-w-60 flex-1 max-medium:basis-full"
        />
        <SelectField
          bare
          className="max-medium:grow"
          label={texts.filterRole}
          value={filter.role}
          options={roles}
          onChange={(role) => setFilter({ ...filter, role })}
        />
        <SelectField
          bare
          className="max-medium:grow"
          label={texts.filterState}
          value={filter.state}
          options={states}
          onChange={(state) => setFilter({ ...filter, state })}
        />
        <SelectField
          bare
          className="max-medium:grow"
          label={texts.sortBy}
          value={filter.sort}
          options={sorts}
          onChange={(sort) => setFilter({ ...filter, sort })}
        />
      </div>
      {accounts.isPending && <SkeletonRows />}
      {accounts.isError && <Failure>{explain(accounts.error)}</Failure>}
      {accounts.isSuccess && all.length === 0 && (
        <p className="py-6 text-center text-ink-soft">{texts.noUsersFound}</p>
      )}
      {all.length > 0 && (
        <table className="w-full border-collapse text-start">
          <thead>
            <tr className="border-line border-b text-detail text-ink-soft">
              <Column name={texts.columnUser} />
              <Column name={texts.columnRole} isWide />
              <Column name={texts.columnState} isWide />
              <Column name={texts.columnSeen} isWide />
              <th scope="col" className="w-10">
                <span className="sr-only">{texts.columnActions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((account) => (
              <AccountRow key={account.id} account={account} />
            ))}
          </tbody>
        </table>
      )}
      <MoreButton pages={accounts} />
      {all.length > 0 && (
        <ExportButton
          name="parley-users"
          columns={exported}
          readPage={(cursor, limit) => readAccounts(filter, cursor, limit)}
        />
      )}
    </SettingsSection>
  );
}

/** @param isWide left out where there is no room: the row then says it below the name. */
function Column({ name, isWide = false }: { name: string; isWide?: boolean }) {
  return (
    <th
      scope="col"
      className={`py-2 pe-3 text-start font-medium ${isWide ? "hidden medium:table-cell" : ""}`}
    >
      {name}
    </th>
  );
}
