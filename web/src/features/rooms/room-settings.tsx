import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Room } from "../../../../sdk/src/index.ts";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain, faultOf } from "../../platform/explain.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { CheckBox, TextArea, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SelectField } from "../../ui/select-field.tsx";

const slowModes = [0, 5, 10, 30, 60, 300, 900, 3_600, 21_600] as const;

/** What a room's admins decide: its name, what it is for, and who writes how often. */
export function RoomSettings({ room }: { room: Room }) {
  const [name, setName] = useState(room.name);
  const [description, setDescription] = useState(room.description ?? "");
  const [isForAnnouncements, setForAnnouncements] = useState(room.permissions.post !== "member");
  const [slowMode, setSlowMode] = useState(String(room.slow_mode_seconds));
  const change = useMutation({
    mutationFn: () =>
      client.rooms.update(room.id, {
        name: name.trim(),
        description: description.trim() === "" ? null : description,
        permissions: { post: postOf(room, isForAnnouncements) },
        slow_mode_seconds: Number(slowMode),
      }),
    onSuccess: (changed) => {
      queries.setQueryData(["room", room.id, changed.updated_at], changed);
      confirm(texts.roomSaved);
    },
  });
  const faults = { name: faultOf(change.error, "name"), description: faultOf(change.error, "description") };
  return (
    <form
      aria-label={texts.roomSettings}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <TextField
        label={texts.roomName}
        required
        maxLength={200}
        value={name}
        error={faults.name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={texts.roomTopic}
        rows={3}
        maxLength={2000}
        value={description}
        error={faults.description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <CheckBox
        label={texts.announcementsOnly}
        about={texts.announcementsOnlyAbout}
        checked={isForAnnouncements}
        onChange={setForAnnouncements}
      />
      <SelectField
        label={texts.slowMode}
        value={slowMode}
        options={slowModeOptions(room.slow_mode_seconds)}
        onChange={setSlowMode}
      />
      {change.isError && faults.name === null && faults.description === null && (
        <Failure>{explain(change.error)}</Failure>
      )}
      <div className="flex items-center justify-end gap-3">
        {change.isSuccess && <span className="text-detail text-ink-soft">{texts.roomSaved}</span>}
        <Button type="submit" look="primary" busy={change.isPending} disabled={name.trim() === ""}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}

/** A room that only its admins write in stays so. */
function postOf({ permissions }: Room, isForAnnouncements: boolean): Room["permissions"]["post"] {
  if (!isForAnnouncements) return "member";
  return permissions.post === "member" ? "moderator" : permissions.post;
}

function slowModeOptions(present: number) {
  const seconds = [...new Set([...slowModes, present])].sort((one, other) => one - other);
  return seconds.map((each) => ({
    value: String(each),
    label: each === 0 ? texts.slowModeOff : texts.slowModeEvery(each),
  }));
}
