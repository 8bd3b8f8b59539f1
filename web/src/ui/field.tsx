import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes.ts";

/** As high as a button beside it. */
const box =
  "min-h-9 w-full rounded-control border border-line-strong bg-surface px-3 py-1.5 text-list text-ink placeholder:text-ink-faint disabled:opacity-60";

interface FieldFrame {
  label: string;
  /** Shown under the label until there is an error. */
  hint?: string;
  error?: string | null | undefined;
}

type TextFieldProps = Omit<ComponentProps<"input">, "id"> & FieldFrame & { action?: ReactNode };

/** A labelled line of input; its hint or error is read with it. */
export function TextField({ label, hint, error, action, className, ...rest }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <div className="mb-1 flex items-baseline justify-between gap-4">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {action}
      </div>
      <input
        {...rest}
        id={id}
        aria-invalid={error != null || undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={classes(box, error != null && "border-harm")}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

type TextAreaProps = Omit<ComponentProps<"textarea">, "id"> & FieldFrame;

export function TextArea({ label, hint, error, className, ...rest }: TextAreaProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        aria-invalid={error != null || undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        className={classes(box, error != null && "border-harm")}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

function Note({
  id,
  hint,
  error,
}: {
  id: string;
  hint: string | undefined;
  error: string | null | undefined;
}) {
  if (error == null && hint === undefined) return null;
  return (
    <p id={id} className={classes("mt-1 text-detail", error == null ? "text-ink-soft" : "text-harm-ink")}>
      {error ?? hint}
    </p>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; about?: string }[];
  onChange: (value: T) => void;
}

/** One of a few, all of them visible. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 font-medium">{label}</legend>
      <div className="flex flex-col gap-1">
        {options.map((option) => (
          <label
            key={option.value}
            className="-mx-2 flex cursor-pointer items-start gap-3 rounded-control px-2 py-1.5 hover:bg-hover"
          >
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 accent-accent"
            />
            <span>
              {option.label}
              {option.about !== undefined && (
                <span className="block text-detail text-ink-soft">{option.about}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface CheckBoxProps {
  label: string;
  about?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** One thing that is on or off, with what it means below its name. */
export function CheckBox({ label, about, checked, disabled = false, onChange }: CheckBoxProps) {
  const id = useId();
  return (
    <div className="-mx-2 flex items-start gap-3 rounded-control px-2 py-1.5 hover:bg-hover">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={about === undefined ? undefined : `${id}-about`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="block cursor-pointer">
          {label}
        </label>
        {about !== undefined && (
          <p id={`${id}-about`} className="text-detail text-ink-soft">
            {about}
          </p>
        )}
      </div>
    </div>
  );
}
