import type { SupportConversation } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { classes } from "../../ui/classes.ts";

const looks: Record<SupportConversation["status"], string> = {
  open: "bg-mark text-ink",
  assigned: "bg-accent-soft text-accent-ink",
  resolved: "bg-pressed text-ink-soft",
  closed: "bg-pressed text-ink-soft",
};

export function SupportStatus({ status }: Pick<SupportConversation, "status">) {
  return (
    <span
      className={classes("shrink-0 rounded-full px-2 font-medium text-[0.6875rem] leading-5", looks[status])}
    >
      {texts.supportStatuses[status]}
    </span>
  );
}
