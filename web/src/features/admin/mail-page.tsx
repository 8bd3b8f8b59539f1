import { Mail as MailIcon } from "lucide-react";
import type { Mail } from "../../../../sdk/src/index.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { classes } from "../../ui/classes.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SettingsSection } from "../../ui/settings-section.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { useMails } from "./mails.ts";
import { RelayNotice } from "./relay-notice.tsx";

/** What was mailed and whether it arrived; without a relay, the texts, to be handed on. */
export function MailPage() {
  const mails = useMails();
  const all = mails.data?.pages.flatMap((page) => page.mails) ?? [];
  return (
    <SettingsSection wide title={texts.mail} about={texts.mailAbout}>
      <RelayNotice />
      {mails.isPending && <SkeletonRows />}
      {mails.isError && <Failure>{explain(mails.error)}</Failure>}
      {mails.isSuccess && all.length === 0 && (
        <Empty icon={MailIcon} title={texts.noMailsTitle} about={texts.noMailsAbout} />
      )}
      <ul aria-label={texts.mail} className="flex flex-col">
        {all.map((mail) => (
          <MailRow key={mail.id} mail={mail} />
        ))}
      </ul>
      <MoreButton pages={mails} />
    </SettingsSection>
  );
}

function MailRow({ mail }: { mail: Mail }) {
  const { subject, to, state, attempts, last_error, created_at, text } = mail;
  return (
    <li className="border-line border-b py-3">
      <div className="flex items-baseline gap-3">
        <p className="min-w-0 flex-1 truncate font-medium">{subject}</p>
        <span className={classes("shrink-0", state === "failed" ? "text-harm-ink" : "text-ink-soft")}>
          {texts.mailStates[state]}
        </span>
      </div>
      <p className="text-detail text-ink-soft [overflow-wrap:anywhere]">
        {texts.mailTo(to)} · <Time at={created_at} show={(at) => agoTime(at)} />
      </p>
      {last_error !== null && state !== "sent" && (
        <p className="text-detail text-harm-ink">{texts.mailError(attempts, last_error)}</p>
      )}
      {text !== null && (
        <details className="mt-1">
          <summary className="text-accent-ink text-detail hover:underline">{texts.mailShow}</summary>
          <pre className="my-2 whitespace-pre-wrap rounded-control border border-line bg-canvas p-3 font-mono text-detail [overflow-wrap:anywhere]">
            {text}
          </pre>
          <CopyButton text={text} label={texts.copyMail} />
        </details>
      )}
    </li>
  );
}
