import { texts } from "../platform/texts.ts";
import { Button } from "./button.tsx";

interface FormButtonsProps {
  action: string;
  look?: "primary" | "harm";
  busy: boolean;
  disabled?: boolean;
  onCancel: () => void;
}

/** The end of a form that may be left undone: cancel, and what submits it. */
export function FormButtons({
  action,
  look = "primary",
  busy,
  disabled = false,
  onCancel,
}: FormButtonsProps) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onCancel}>{texts.cancel}</Button>
      <Button type="submit" look={look} busy={busy} disabled={disabled}>
        {action}
      </Button>
    </div>
  );
}
