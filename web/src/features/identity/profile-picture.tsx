import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { confirm } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { useOwnUser } from "./own-user.ts";
import { learn } from "./people.ts";
import { updateOwnUser } from "./session.ts";

/** Twice the largest size at which it is shown, for dense screens. */
const sidePixels = 320;

/** One's picture: chosen, cut to a square here, and taken away again. */
export function ProfilePicture({ name }: { name: string }) {
  const own = useOwnUser();
  const input = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: async (file: File | null) => {
      if (file === null) return client.users.setAvatar(null);
      const { file_id } = await client.files.upload(await squareOf(file), { name: "picture.png" });
      return client.users.setAvatar({ fileId: file_id });
    },
    onSuccess: (user) => {
      updateOwnUser(user);
      learn(user.id, user);
      confirm(texts.saved);
    },
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-4">
        <Avatar id={own.id} name={name} url={own.avatar_url} size="large" />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold text-heading">{name}</p>
          <p className="truncate text-ink-soft">{own.email}</p>
          <div className="mt-2 flex flex-wrap gap-2">
            <Button busy={change.isPending} onClick={() => input.current?.click()}>
              {own.avatar_url === null ? texts.choosePicture : texts.changePicture}
            </Button>
            {own.avatar_url !== null && (
              <Button look="plain" disabled={change.isPending} onClick={() => change.mutate(null)}>
                {texts.removePicture}
              </Button>
            )}
          </div>
        </div>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        aria-label={texts.choosePicture}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) change.mutate(file);
          event.target.value = "";
        }}
      />
      {change.isError && (
        <Failure>{change.error instanceof NoPicture ? texts.noPicture : explain(change.error)}</Failure>
      )}
    </div>
  );
}

class NoPicture extends Error {}

/** The middle of a picture as a small square, so that lists load little of it. @throws NoPicture. */
async function squareOf(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPicture();
  });
  const side = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, sidePixels);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  picture.close();
  const square = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (square === null) throw new NoPicture();
  return square;
}
