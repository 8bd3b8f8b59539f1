import { useMutation, useQuery } from "@tanstack/react-query";
import { Link2, Mail } from "lucide-react";
import { useState } from "react";
import type { Invitation } from "../../../../sdk/src/index.ts";
import { invitationHref } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { shortDate } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Choice, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { SettingsGroup, SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { useOwnUser, useSendsMail } from "../identity/index.ts";
import { type OrganizationRole, roleOptions, useOwnRights } from "./organization.ts";

const invitationsKey = ["invitations"];

/** Bringing people into the organization: by mail, or by a link that one passes on. */
export function InvitationSettings() {
  const rights = useOwnRights();
  return (
    <SettingsSection title={texts.invitations} about={texts.invitationsAbout}>
      {rights === undefined && <SkeletonRows />}
      {rights !== undefined && rights.invites.length === 0 && <p>{texts.mayNotInvite}</p>}
      {rights !== undefined && rights.invites.length > 0 && (
        <>
          <InvitationForm roles={rights.invites} />
          <SettingsGroup title={texts.openInvitations}>
            <OpenInvitations />
          </SettingsGroup>
        </>
      )}
    </SettingsSection>
  );
}

function InvitationForm({ roles }: { roles: readonly OrganizationRole[] }) {
  const { organization_id: id } = useOwnUser();
  const sendsMail = useSendsMail();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<OrganizationRole>("Developer");
  const invitation = useMutation({
    mutationFn: (address: string) =>
      client.organizations.invite(id, { role, ...(address === "" ? {} : { email: address }) }),
    onSuccess: () => {
      setEmail("");
      return queries.invalidateQueries({ queryKey: invitationsKey });
    },
  });
  const fault = faultOf(invitation.error, "email");
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        invitation.mutate(email.trim());
      }}
    >
      <TextField
        label={texts.inviteByMail}
        hint={sendsMail ? texts.inviteByMailHint : texts.inviteByMailHintByHand}
        type="email"
        autoComplete="off"
        value={email}
        error={fault}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Choice label={texts.inviteRole} value={role} options={roleOptions(roles)} onChange={setRole} />
      {invitation.isError && fault === null && <Failure>{explain(invitation.error)}</Failure>}
      <Button type="submit" look="primary" className="self-start" busy={invitation.isPending}>
        {email.trim() === "" || !sendsMail ? texts.inviteMakeLink : texts.inviteSend}
      </Button>
      {invitation.isSuccess && (
        <Made email={invitation.data.email} token={invitation.data.token} sendsMail={sendsMail} />
      )}
    </form>
  );
}

/** The link once more, also where it was mailed: the mail may not arrive. */
function Made({ email, token, sendsMail }: { email: string | null; token: string; sendsMail: boolean }) {
  const link = `${location.origin}${invitationHref(token)}`;
  return (
    <div role="status" className="flex flex-col gap-2">
      {email !== null && sendsMail && <p>{texts.invitationSent(email)}</p>}
      <p className="text-ink-soft">
        {email === null ? texts.invitationLinkOnce : texts.invitationLinkFor(email)}
      </p>
      <SecretText label={texts.invitationLink}>{link}</SecretText>
      <CopyButton text={link} label={texts.copyInvitation} className="self-start" />
    </div>
  );
}

function OpenInvitations() {
  const { organization_id: id } = useOwnUser();
  const invitations = useQuery({
    queryKey: [...invitationsKey, id],
    queryFn: () => client.organizations.invitations(id),
  });
  if (invitations.isPending) return <SkeletonRows />;
  if (invitations.isError) return <Failure>{explain(invitations.error)}</Failure>;
  if (invitations.data.length === 0) return <p className="text-ink-soft">{texts.noInvitations}</p>;
  return (
    <ul aria-label={texts.openInvitations} className="flex flex-col">
      {invitations.data.map((invitation) => (
        <InvitationRow key={invitation.id} invitation={invitation} />
      ))}
    </ul>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const revocation = useMutation({
    mutationFn: () => client.organizations.revokeInvitation(invitation.organization_id, invitation.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey }),
  });
  const whom = invitation.email ?? texts.invitationByLink;
  const Icon = invitation.email === null ? Link2 : Mail;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b py-2.5">
      <Icon aria-hidden size={20} strokeWidth={1.5} className="shrink-0 text-ink-soft" />
      <span className="min-w-40 flex-1">
        <span className="block font-medium [overflow-wrap:anywhere]">{whom}</span>
        <span className="block text-detail text-ink-soft">
          {texts.organizationRoles[invitation.role]} ·{" "}
          <Time at={invitation.expires_at} show={(at) => texts.invitationEnds(shortDate(at))} />
        </span>
      </span>
      <Button
        busy={revocation.isPending}
        aria-label={texts.invitationRevokeName(whom)}
        onClick={() => revocation.mutate()}
      >
        {texts.invitationRevoke}
      </Button>
      {revocation.isError && (
        <div className="basis-full">
          <Failure>{explain(revocation.error)}</Failure>
        </div>
      )}
    </li>
  );
}
