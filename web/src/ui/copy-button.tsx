import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { announce } from "../platform/announce.ts";
import { copyToClipboard } from "../platform/clipboard.ts";
import { texts } from "../platform/texts.ts";
import { Button } from "./button.tsx";

/** Copies a text and says so; where the browser refuses, that it has to be done by hand. */
export function CopyButton({ text, label, className }: { text: string; label: string; className?: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const Icon = state === "copied" ? Check : Copy;
  const copy = async () => {
    const done = await copyToClipboard(text);
    setState(done ? "copied" : "refused");
    announce(done ? texts.copied : texts.copyRefused);
  };
  return (
    <Button className={className} onClick={() => void copy()}>
      <Icon aria-hidden size={16} strokeWidth={1.75} />
      {state === "copied" ? texts.copied : state === "refused" ? texts.copyRefused : label}
    </Button>
  );
}
