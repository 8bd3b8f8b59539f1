import { useMutation, useQuery } from "@tanstack/react-query";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button } from "../../ui/button.tsx";
import { CheckBox } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsGroup, SettingsSection } from "../../ui/settings-section.tsx";
import { Time } from "../../ui/time.tsx";
import { FriendSettings } from "./friend-settings.tsx";
import { PersonRow } from "./person-row.tsx";
import { useBlocked, useChangeRelation } from "./relations.ts";

/** Who sees one, and who shall not come near. */
export function PrivacySettings() {
  return (
    <SettingsSection title={texts.privacy} about={texts.privacyAbout}>
      <SettingsGroup title={texts.presence}>
        <PresenceSetting />
      </SettingsGroup>
      <SettingsGroup title={texts.friends}>
        <FriendSettings />
      </SettingsGroup>
      <SettingsGroup title={texts.blocked} about={texts.blockedAbout}>
        <BlockedPeople />
      </SettingsGroup>
    </SettingsSection>
  );
}

const settingsKey = ["own-settings"];

function PresenceSetting() {
  const settings = useQuery({ queryKey: settingsKey, queryFn: () => client.users.settings() });
  const change = useMutation({
    mutationFn: (isVisible: boolean) => client.users.updateSettings({ presence_visible: isVisible }),
    onSuccess: (changed) => queries.setQueryData(settingsKey, changed),
  });
  if (settings.isError) return <Failure>{explain(settings.error)}</Failure>;
  // While it is being saved it shows what it will be.
  const isVisible = change.isPending ? change.variables : settings.data?.presence_visible !== false;
  return (
    <>
      <CheckBox
        label={texts.presenceVisible}
        about={texts.presenceVisibleAbout}
        checked={isVisible}
        disabled={settings.isPending}
        onChange={(isOn) => change.mutate(isOn)}
      />
      {change.isError && <Failure>{explain(change.error)}</Failure>}
    </>
  );
}

function BlockedPeople() {
  const blocked = useBlocked();
  const change = useChangeRelation();
  if (blocked.isPending) return <div className="skeleton h-9" />;
  if (blocked.isError) return <Failure>{explain(blocked.error)}</Failure>;
  if (blocked.data.length === 0) return <p className="text-ink-soft">{texts.noBlocked}</p>;
  return (
    <>
      {change.isError && <Failure>{explain(change.error)}</Failure>}
      <ul aria-label={texts.blocked} className="flex flex-col">
        {blocked.data.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            detail={<Time at={person.blocked_at} show={(at) => texts.blockedAt(agoTime(at))} />}
          >
            <Button
              aria-label={texts.unblockName(person.display_name)}
              busy={change.isPending && change.variables.userId === person.id}
              onClick={() => change.mutate({ userId: person.id, change: "unblock" })}
            >
              {texts.unblock}
            </Button>
          </PersonRow>
        ))}
      </ul>
    </>
  );
}
