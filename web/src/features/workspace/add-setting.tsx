import { type FormEvent, useState } from "react";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";

const keyShape = /^[a-z0-9_]{1,64}$/;

/** Any other key with any JSON value; what is no JSON is taken as text. */
export function AddSetting({ onAdd }: { onAdd: (key: string, value: unknown) => void }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!keyShape.test(key)) {
      setFault(texts.settingKeyHint);
      return;
    }
    onAdd(key, parsed(value));
    setKey("");
    setValue("");
  };
  return (
    <form
      onSubmit={add}
      className="flex flex-col gap-3 border-line border-t pt-4 medium:flex-row medium:items-start"
    >
      <TextField
        className="medium:w-40"
        label={texts.settingKey}
        value={key}
        error={fault}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setKey(event.target.value);
          setFault(null);
        }}
      />
      <TextField
        className="flex-1"
        label={texts.settingJson}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button type="submit" className="medium:mt-6" disabled={key === "" || value.trim() === ""}>
        {texts.add}
      </Button>
    </form>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
