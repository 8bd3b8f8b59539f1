import { MailWarning } from "lucide-react";
import type { ReactNode } from "react";
import { texts } from "../../platform/texts.ts";
import { useMails } from "./mails.ts";

/** Says that mails reach nobody, where the newest one did not for want of a relay. */
export function RelayNotice({ children }: { children?: ReactNode }) {
  const mails = useMails();
  if (mails.data?.pages[0]?.mails[0]?.state !== "logged") return null;
  return (
    <div className="flex items-start gap-3 rounded-panel border border-line bg-mark px-4 py-3">
      <MailWarning aria-hidden size={18} className="mt-0.5 shrink-0" />
      <div>
        <h2 className="font-semibold">{texts.noRelayTitle}</h2>
        <p>
          {texts.noRelayAbout} {children}
        </p>
      </div>
    </div>
  );
}
