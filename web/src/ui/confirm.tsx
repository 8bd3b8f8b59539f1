import { texts } from "../platform/texts.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

interface ConfirmProps {
  title: string;
  about: string;
  /** The word on the button that does it. */
  action: string;
  busy?: boolean;
  error?: string | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks once before something that cannot be undone. */
export function Confirm({
  title,
  about,
  action,
  busy = false,
  error = null,
  onConfirm,
  onClose,
}: ConfirmProps) {
  return (
    <Dialog role="alertdialog" title={title} about={about} onClose={onClose}>
      {error !== null && (
        <p role="alert" className="px-5 pt-3 text-harm-ink">
          {error}
        </p>
      )}
      <div className="flex justify-end gap-2 p-5">
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button look="harm" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
