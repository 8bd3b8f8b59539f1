import { Download } from "lucide-react";
import { saveText } from "../../platform/download.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";

interface RecoveryCodesProps {
  title: string;
  codes: readonly string[];
  onClose: () => void;
}

/** New ones, shown this once. */
export function RecoveryCodes({ title, codes, onClose }: RecoveryCodesProps) {
  const file = `${texts.recoveryCodesFile(location.host)}\n\n${codes.join("\n")}\n`;
  return (
    <ShownOnce
      title={title}
      about={texts.recoveryCodesAbout}
      text={codes.join("\n")}
      copyLabel={texts.copyCodes}
      doneLabel={texts.codesKept}
      actions={
        <Button onClick={() => saveText("parley-recovery-codes.txt", file)}>
          <Download aria-hidden size={16} strokeWidth={1.75} />
          {texts.downloadCodes}
        </Button>
      }
      onDone={onClose}
    >
      <ul
        aria-label={texts.recoveryCodes}
        className="flex flex-col gap-1 rounded-control border border-line bg-canvas px-3 py-2 font-mono"
      >
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
    </ShownOnce>
  );
}
