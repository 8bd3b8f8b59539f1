import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { useOwnUser } from "./own-user.ts";
import { learn } from "./people.ts";
import { PictureByAddress } from "./picture-by-address.tsx";
import { ProfilePicture } from "./profile-picture.tsx";
import { updateOwnUser } from "./session.ts";

/** What others see of oneself. */
export function ProfileSettings() {
  const own = useOwnUser();
  const [name, setName] = useState(own.display_name);
  const [username, setUsername] = useState(own.username);
  const change = useMutation({
    mutationFn: () => client.users.updateMe({ display_name: name.trim(), username: username.trim() }),
    onSuccess: (user) => {
      updateOwnUser(user);
      learn(user.id, user);
      confirm(texts.saved);
    },
  });
  const faults = { name: faultOf(change.error, "display_name"), username: faultOf(change.error, "username") };
  const isChanged = name.trim() !== own.display_name || username.trim() !== own.username;
  return (
    <SettingsSection title={texts.profile} about={texts.profileAbout}>
      <ProfilePicture name={name} />
      <PictureByAddress />
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <TextField
          label={texts.displayName}
          hint={texts.displayNameHint}
          required
          maxLength={100}
          value={name}
          error={faults.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={texts.username}
          hint={texts.usernameHint}
          required
          autoCapitalize="none"
          spellCheck={false}
          value={username}
          error={faults.username}
          onChange={(event) => setUsername(event.target.value)}
        />
        {change.isError && faults.name === null && faults.username === null && (
          <Failure>{explain(change.error)}</Failure>
        )}
        <div className="flex items-center gap-3">
          <Button type="submit" look="primary" busy={change.isPending} disabled={!isChanged}>
            {texts.save}
          </Button>
          {change.isSuccess && !isChanged && <span className="text-ink-soft">{texts.saved}</span>}
        </div>
      </form>
    </SettingsSection>
  );
}
