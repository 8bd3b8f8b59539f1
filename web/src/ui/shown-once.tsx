import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";

interface ShownOnceProps {
  title: string;
  about: string;
  /** What the copy button takes. */
  text: string;
  copyLabel: string;
  doneLabel: string;
  /** Further ways to keep it. */
  actions?: ReactNode;
  onDone: () => void;
  children: ReactNode;
}

/** A secret that is never shown again. It goes only by its button: no key and no click beside it loses it. */
export function ShownOnce({
  title,
  about,
  text,
  copyLabel,
  doneLabel,
  actions,
  onDone,
  children,
}: ShownOnceProps) {
  return (
    <Dialog role="alertdialog" title={title} about={about} onClose={() => undefined}>
      <div className="flex flex-col gap-4 p-5">
        {children}
        <div className="flex flex-wrap gap-2">
          <CopyButton text={text} label={copyLabel} />
          {actions}
          <Button look="primary" className="ms-auto" onClick={onDone}>
            {doneLabel}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
