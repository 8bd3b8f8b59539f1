import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { invitationHref } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";

/** Makes an organization, and the link by which its first Admin comes in. */
export function NewOrganization({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const creation = useMutation({
    mutationFn: async () => {
      const { id } = await client.organizations.create({ name: name.trim() });
      return (await client.organizations.invite(id, { role: "Admin" })).token;
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["organizations"] }),
  });
  if (creation.isSuccess) {
    const link = `${location.origin}${invitationHref(creation.data)}`;
    return (
      <ShownOnce
        title={texts.organizationMade(name.trim())}
        about={texts.organizationMadeAbout}
        text={link}
        copyLabel={texts.copyInvitation}
        doneLabel={texts.done}
        onDone={onClose}
      >
        <SecretText label={texts.invitationLink}>{link}</SecretText>
      </ShownOnce>
    );
  }
  const fault = faultOf(creation.error, "name");
  return (
    <Dialog title={texts.organizationNew} about={texts.organizationNewAbout} onClose={onClose}>
      <form
        className="flex flex-col gap-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate();
        }}
      >
        <TextField
          label={texts.organizationName}
          data-autofocus
          required
          maxLength={100}
          value={name}
          error={fault}
          onChange={(event) => setName(event.target.value)}
        />
        {creation.isError && fault === null && <Failure>{explain(creation.error)}</Failure>}
        <FormButtons
          action={texts.organizationMake}
          busy={creation.isPending}
          disabled={name.trim() === ""}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
