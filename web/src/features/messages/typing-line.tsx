import { texts } from "../../platform/texts.ts";
import { people } from "../identity/index.ts";
import { useTypists } from "./typing.ts";

/** Who types; its place is always kept, so that nothing moves. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const ids = useTypists(conversationId);
  const names = ids.map((id) => people.get(id)?.name ?? texts.someone);
  return (
    <p aria-live="polite" className="h-5 truncate px-5 text-detail text-ink-soft medium:px-8">
      {names.length > 0 && texts.typing(names)}
    </p>
  );
}
