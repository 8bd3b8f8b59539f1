import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { conversationPlace, go, goBack } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice, TextArea, TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";
import { putConversations } from "../conversations/index.ts";

const visibilities = [
  { value: "public", label: texts.publicVisibility, about: texts.publicVisibilityAbout },
  { value: "private", label: texts.privateVisibility, about: texts.privateVisibilityAbout },
] as const;

type Visibility = (typeof visibilities)[number]["value"];

/** Making a room: its name, what it is for, and who may enter. */
export function NewRoom() {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [visibility, setVisibility] = useState<Visibility>("public");
  const creation = useMutation({
    mutationFn: async () => {
      const room = await client.rooms.create({
        name: name.trim(),
        description: description.trim() || null,
        visibility,
      });
      return await client.conversations.get(room.id);
    },
    onSuccess: (conversation) => {
      putConversations([conversation]);
      void queries.invalidateQueries({ queryKey: ["rooms"] });
      go(conversationPlace(conversation.id), { replace: true });
    },
  });
  const faults = {
    name: faultOf(creation.error, "name"),
    description: faultOf(creation.error, "description"),
  };
  return (
    <Dialog title={texts.newRoom} onClose={() => goBack({ name: "rooms" })}>
      <form
        className="flex flex-col gap-4 p-5 pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          creation.mutate();
        }}
      >
        <TextField
          label={texts.roomName}
          required
          data-autofocus
          maxLength={100}
          value={name}
          error={faults.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label={texts.description}
          rows={2}
          value={description}
          error={faults.description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <Choice
          label={texts.roomVisibility}
          value={visibility}
          options={visibilities}
          onChange={setVisibility}
        />
        {creation.isError && faults.name === null && faults.description === null && (
          <Failure>{explain(creation.error)}</Failure>
        )}
        <FormButtons
          action={texts.createRoom}
          busy={creation.isPending}
          disabled={name.trim() === ""}
          onCancel={() => goBack({ name: "rooms" })}
        />
      </form>
    </Dialog>
  );
}
