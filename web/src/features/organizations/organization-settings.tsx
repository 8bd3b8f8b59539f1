import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Organization } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { useOwnUser } from "../identity/index.ts";
import { useOrganization, useOwnRights } from "./organization.ts";

/** What the organization is called, and what holds for everybody in it. */
export function OrganizationSettings() {
  const organization = useOrganization();
  const rights = useOwnRights();
  return (
    <SettingsSection title={texts.organization} about={texts.organizationAbout}>
      {(organization.isPending || rights === undefined) && <SkeletonRows />}
      {organization.isError && <Failure>{explain(organization.error)}</Failure>}
      {organization.isSuccess &&
        rights !== undefined &&
        (rights.mayManage ? (
          <OrganizationForm key={organization.data.updated_at} organization={organization.data} />
        ) : (
          <Facts organization={organization.data} />
        ))}
    </SettingsSection>
  );
}

function Facts({ organization }: { organization: Organization }) {
  const facts = [
    [texts.organizationName, organization.name],
    [texts.organizationSlug, organization.slug],
    [texts.organizationTimeZone, organization.time_zone],
    [texts.memberList, texts.organizationMembers(organization.member_count)],
  ] as const;
  return (
    <>
      <dl className="flex flex-col gap-3">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-detail text-ink-soft">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-ink-soft">{texts.organizationReadOnly}</p>
    </>
  );
}

const zones = Intl.supportedValuesOf("timeZone");

function OrganizationForm({ organization }: { organization: Organization }) {
  const own = useOwnUser();
  const { name, slug, time_zone, plan } = organization;
  const [changed, setChanged] = useState({ name, slug, time_zone, plan });
  const change = useMutation({
    mutationFn: () => {
      const { plan: newPlan, ...body } = changed;
      return client.organizations.update(organization.id, {
        ...body,
        ...(own.role === "admin" && newPlan !== plan ? { plan: newPlan } : {}),
      });
    },
    onSuccess: (saved) => {
      queries.setQueryData(["organization", saved.id], saved);
      confirm(texts.saved);
    },
  });
  const field = (key: keyof typeof changed) => ({
    required: true,
    value: changed[key],
    error: faultOf(change.error, key),
    onChange: (event: { target: { value: string } }) => setChanged({ ...changed, [key]: event.target.value }),
  });
  const isNamed = Object.keys(changed).some((key) => faultOf(change.error, key) !== null);
  const isChanged = Object.entries(changed).some(
    ([key, value]) => value.trim() !== organization[key as keyof typeof changed],
  );
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <TextField {...field("name")} label={texts.organizationName} maxLength={100} />
      <TextField
        {...field("slug")}
        label={texts.organizationSlug}
        hint={texts.organizationSlugHint}
        autoCapitalize="none"
        spellCheck={false}
      />
      <TextField
        {...field("time_zone")}
        label={texts.organizationTimeZone}
        hint={texts.organizationTimeZoneHint}
        list="time-zones"
        autoCapitalize="none"
        spellCheck={false}
      />
      <datalist id="time-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {own.role === "admin" && (
        <TextField
          {...field("plan")}
          label={texts.organizationPlan}
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
      {change.isError && !isNamed && <Failure>{explain(change.error)}</Failure>}
      <Button
        type="submit"
        look="primary"
        className="self-start"
        busy={change.isPending}
        disabled={!isChanged}
      >
        {texts.save}
      </Button>
    </form>
  );
}
