import { useMutation, useQuery } from "@tanstack/react-query";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";

/** In the order that they are shown in: what comes most often first. */
const kinds = ["mention", "message", "invitation", "friend_request", "support_assignment"] as const;
const channels = ["in_app", "email"] as const;

type Kind = (typeof kinds)[number];
type Channel = (typeof channels)[number];

const key = ["notification-settings"];

/** Of what one wants to hear, and where. */
export function NotificationSettings() {
  const settings = useQuery({ queryKey: key, queryFn: () => client.notifications.getSettings() });
  const change = useMutation({
    mutationFn: ({ kind, channel, isOn }: { kind: Kind; channel: Channel; isOn: boolean }) =>
      client.notifications.changeSettings({ settings: { [kind]: { [channel]: isOn } } }),
    onSuccess: (changed) => queries.setQueryData(key, changed),
  });
  // While it is being saved it shows what it will be.
  const isOn = (kind: Kind, channel: Channel) =>
    change.isPending && change.variables.kind === kind && change.variables.channel === channel
      ? change.variables.isOn
      : settings.data?.settings[kind][channel] === true;
  return (
    <SettingsSection title={texts.notifications} about={texts.notificationSettingsAbout}>
      {settings.isPending && <SkeletonRows />}
      {settings.isError && <Failure>{explain(settings.error)}</Failure>}
      {settings.isSuccess && (
        <table className="w-full border-collapse text-start">
          <thead>
            <tr className="border-line border-b text-detail text-ink-soft">
              <th scope="col" className="py-2 pe-3 text-start font-medium">
                {texts.notificationKind}
              </th>
              {channels.map((channel) => (
                <th key={channel} scope="col" className="w-20 px-2 py-2 font-medium">
                  {texts.notificationChannels[channel]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind} className="border-line border-b">
                <th scope="row" className="py-2.5 pe-3 text-start font-normal">
                  {texts.notificationKinds[kind]}
                </th>
                {channels.map((channel) => (
                  <td key={channel} className="px-2">
                    <input
                      type="checkbox"
                      aria-label={`${texts.notificationKinds[kind]}: ${texts.notificationChannels[channel]}`}
                      checked={isOn(kind, channel)}
                      onChange={(event) => change.mutate({ kind, channel, isOn: event.target.checked })}
                      className="mx-auto block size-4 accent-accent"
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {change.isError && <Failure>{explain(change.error)}</Failure>}
    </SettingsSection>
  );
}
