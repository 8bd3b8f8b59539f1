import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { learn } from "./people.ts";
import { updateOwnUser } from "./session.ts";

/** A picture that lies elsewhere, for the programs that show such. */
export function PictureByAddress() {
  const [address, setAddress] = useState("");
  const change = useMutation({
    mutationFn: () => client.users.setAvatar(address.trim()),
    onSuccess: (user) => {
      updateOwnUser(user);
      learn(user.id, user);
      confirm(texts.saved);
    },
  });
  const fault = faultOf(change.error, "avatar_url");
  return (
    <details>
      <summary className="text-accent-ink text-detail hover:underline">{texts.pictureElsewhere}</summary>
      <form
        className="mt-2 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <TextField
          label={texts.pictureUrl}
          hint={texts.pictureUrlHint}
          type="url"
          required
          value={address}
          error={fault}
          onChange={(event) => setAddress(event.target.value)}
        />
        {change.isError && fault === null && <Failure>{explain(change.error)}</Failure>}
        {change.isSuccess && <p role="status">{texts.saved}</p>}
        <Button type="submit" className="self-start" busy={change.isPending}>
          {texts.pictureSave}
        </Button>
      </form>
    </details>
  );
}
