import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Room, User } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ChoosePeople, useParticipants } from "../conversations/index.ts";
import { useSendsMail } from "../identity/index.ts";

/** Brings people into a room: those of the organization, or by their address whoever has no account yet. */
export function InviteToRoom({ room, onClose }: { room: Room; onClose: () => void }) {
  const participants = useParticipants(room.id);
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [email, setEmail] = useState("");
  const address = email.trim();
  const sendsMail = useSendsMail();
  const invitation = useMutation({
    mutationFn: async () => {
      if (chosen.length > 0) await client.rooms.invite(room.id, { user_ids: chosen.map(({ id }) => id) });
      return address === "" ? null : await client.rooms.inviteAddress(room.id, address);
    },
    onSuccess: (answer) => {
      confirm(
        answer?.invitation == null
          ? texts.invited(chosen.length + (answer === null ? 0 : 1))
          : sendsMail
            ? texts.invitationSent(address)
            : texts.mailByHand,
      );
      onClose();
    },
  });
  const fault = faultOf(invitation.error, "email");
  return (
    <Dialog title={texts.inviteToRoom} about={texts.inviteAbout} onClose={onClose}>
      <form
        className="flex flex-1 flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          invitation.mutate();
        }}
      >
        <ChoosePeople
          autoFocus
          chosen={chosen}
          onChange={setChosen}
          without={new Set(participants.map(({ id }) => id))}
        />
        <TextField
          label={texts.inviteByEmail}
          hint={texts.inviteByEmailAbout}
          type="email"
          autoComplete="off"
          value={email}
          error={fault}
          onChange={(event) => setEmail(event.target.value)}
        />
        {invitation.isError && fault === null && <Failure>{explain(invitation.error)}</Failure>}
        <FormButtons
          action={texts.invite}
          busy={invitation.isPending}
          disabled={chosen.length === 0 && address === ""}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
