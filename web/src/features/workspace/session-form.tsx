import { type FormEvent, useState } from "react";
import { explain, faultOf } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { FormButtons } from "../../ui/form-buttons.tsx";
import { Failure } from "../../ui/notice.tsx";

/** What a person says of a session. The path or the tags are left out where they cannot be set. */
interface SessionWords {
  name: string;
  path?: string;
  tags?: string[];
}

interface SessionFormProps {
  title: string;
  about?: string;
  action: string;
  initial: SessionWords;
  busy: boolean;
  error: unknown;
  onDone: (words: SessionWords) => void;
  onClose: () => void;
}

export function SessionForm({
  title,
  about,
  action,
  initial,
  busy,
  error,
  onDone,
  onClose,
}: SessionFormProps) {
  const [name, setName] = useState(initial.name);
  const [path, setPath] = useState(initial.path ?? "");
  const [tags, setTags] = useState(initial.tags?.join(", ") ?? "");
  const faults = {
    name: faultOf(error, "name"),
    path: faultOf(error, "workspace_path"),
    tags: faultOf(error, "tags"),
  };
  const isOfField = Object.values(faults).some((fault) => fault !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone({
      name: name.trim(),
      ...(initial.path === undefined ? {} : { path: path.trim() }),
      ...(initial.tags === undefined ? {} : { tags: tagsIn(tags) }),
    });
  };
  return (
    <Dialog title={title} {...(about === undefined ? {} : { about })} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-5">
        {error !== null && !isOfField && <Failure>{explain(error)}</Failure>}
        <TextField
          data-autofocus
          label={texts.sessionName}
          value={name}
          error={faults.name}
          onChange={(event) => setName(event.target.value)}
        />
        {initial.path !== undefined && (
          <TextField
            label={texts.sessionPath}
            value={path}
            error={faults.path}
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
          />
        )}
        {initial.tags !== undefined && (
          <TextField
            label={texts.tags}
            hint={texts.tagsHint}
            value={tags}
            error={faults.tags}
            onChange={(event) => setTags(event.target.value)}
          />
        )}
        <FormButtons
          action={action}
          busy={busy}
          disabled={name.trim() === "" || (initial.path !== undefined && path.trim() === "")}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

/** Separated by commas, each once. */
function tagsIn(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  return [...new Set(tags)].filter((tag) => tag !== "");
}
