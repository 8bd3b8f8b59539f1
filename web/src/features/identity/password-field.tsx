import { type ComponentProps, useState } from "react";
import { texts } from "../../platform/texts.ts";
import { TextField } from "../../ui/field.tsx";

type PasswordFieldProps = Omit<ComponentProps<typeof TextField>, "type" | "action">;

/** A password, hidden until one wants to see it. */
export function PasswordField(props: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      action={
        <button
          type="button"
          aria-pressed={shown}
          aria-label={`${shown ? texts.hidePassword : texts.showPassword} ${props.label}`}
          onClick={() => setShown(!shown)}
          className="rounded-small px-1 text-accent-ink text-detail hover:underline"
        >
          {shown ? texts.hidePassword : texts.showPassword}
        </button>
      }
    />
  );
}
