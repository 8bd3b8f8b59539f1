import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Member } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { useOwnUser, useRested } from "../identity/index.ts";
import { type OrganizationRole, roleOptions, useOwnRights } from "./organization.ts";

const pageRows = 50;
const membersKey = ["members"];

function useMembers(words: string) {
  const { organization_id: id } = useOwnUser();
  const q = useRested(words.trim());
  return useInfiniteQuery({
    queryKey: [...membersKey, id, q],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      client.organizations.members(
        id,
        { limit: pageRows, ...(q === "" ? {} : { q }), ...(pageParam === "" ? {} : { cursor: pageParam }) },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** Who is in the organization, and as what. */
export function MemberSettings() {
  const [words, setWords] = useState("");
  const [removing, setRemoving] = useState<Member | null>(null);
  const members = useMembers(words);
  const rights = useOwnRights();
  const all = members.data?.pages.flatMap((page) => page.members) ?? [];
  return (
    <SettingsSection wide title={texts.memberList} about={texts.membersAbout}>
      <div className="flex flex-wrap items-center gap-3">
        <SearchField
          label={texts.findMembers}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="min-w-52 flex-1"
        />
        {rights !== undefined && rights.invites.length > 0 && (
          <Link
            to={{ name: "settings", section: "invitations" }}
            className="inline-flex min-h-9 items-center rounded-control bg-accent px-3.5 font-medium text-on-accent hover:bg-accent-hover"
          >
            {texts.invitePeople}
          </Link>
        )}
      </div>
      {members.isPending && <SkeletonRows />}
      {members.isError && <Failure>{explain(members.error)}</Failure>}
      {members.isSuccess && all.length === 0 && (
        <p className="py-6 text-center text-ink-soft">{texts.noMembersFound}</p>
      )}
      <ul aria-label={texts.memberList} className="flex flex-col">
        {all.map((member) => (
          <MemberRow
            key={member.user_id}
            member={member}
            mayManage={rights?.mayManage === true}
            onRemove={() => setRemoving(member)}
          />
        ))}
      </ul>
      <MoreButton pages={members} />
      {removing !== null && <RemoveMember member={removing} onClose={() => setRemoving(null)} />}
    </SettingsSection>
  );
}

interface MemberRowProps {
  member: Member;
  mayManage: boolean;
  onRemove: () => void;
}

function MemberRow({ member, mayManage, onRemove }: MemberRowProps) {
  const own = useOwnUser();
  const change = useMutation({
    mutationFn: (role: OrganizationRole) =>
      client.organizations.changeRole(own.organization_id, member.user_id, role),
    onSuccess: async ({ role }) => {
      confirm(texts.roleChanged(member.display_name, texts.organizationRoles[role]));
      await Promise.all([
        queries.invalidateQueries({ queryKey: membersKey }),
        queries.invalidateQueries({ queryKey: ["own-role"] }),
      ]);
    },
  });
  const isOwn = member.user_id === own.id;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b py-2.5">
      <Avatar id={member.user_id} name={member.display_name} url={member.avatar_url} />
      <span className="min-w-40 flex-1">
        <span className="block truncate font-medium">
          {member.display_name}
          {isOwn && <span className="font-normal text-ink-soft"> ({texts.you})</span>}
        </span>
        <span className="flex flex-wrap gap-x-2 text-detail text-ink-soft">
          <bdi>@{member.username}</bdi>
          {member.email != null && <span className="[overflow-wrap:anywhere]">{member.email}</span>}
        </span>
      </span>
      {mayManage ? (
        <span className="flex items-center gap-2">
          <SelectField
            bare
            label={texts.roleOf(member.display_name)}
            value={change.isPending ? change.variables : member.role}
            options={roleOptions()}
            disabled={change.isPending}
            onChange={(role) => change.mutate(role)}
          />
          <Button
            disabled={isOwn}
            aria-label={texts.memberRemoveName(member.display_name)}
            onClick={onRemove}
          >
            {texts.memberRemove}
          </Button>
        </span>
      ) : (
        <span className="text-ink-soft">{texts.organizationRoles[member.role]}</span>
      )}
      {change.isError && (
        <div className="basis-full">
          <Failure>{explain(change.error)}</Failure>
        </div>
      )}
    </li>
  );
}

function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const own = useOwnUser();
  const removal = useMutation({
    mutationFn: () => client.organizations.removeMember(own.organization_id, member.user_id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: membersKey });
    },
  });
  return (
    <Confirm
      title={texts.memberRemoveTitle(member.display_name)}
      about={texts.memberRemoveAbout}
      action={texts.memberRemove}
      busy={removal.isPending}
      error={removal.isError ? explain(removal.error) : null}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    />
  );
}
