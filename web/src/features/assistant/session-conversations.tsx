import { Plus } from "lucide-react";
import { aiPlace, newAiPlace } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { Link } from "../../ui/link.tsx";
import { useAiConversations } from "./ai-conversations.ts";

/** The AI conversations of a workspace session. */
export function SessionConversations({ sessionId }: { sessionId: string }) {
  const { conversations } = useAiConversations({ sessionId });
  return (
    <section>
      <h2 className="mb-2 font-semibold">{texts.aiConversations}</h2>
      <ul className="mb-2 flex flex-col gap-1">
        {conversations.map(({ conversation_id: id, title }) => (
          <li key={id} className="truncate">
            <Link to={aiPlace(id)} className="font-medium text-accent-ink underline underline-offset-2">
              {title}
            </Link>
          </li>
        ))}
      </ul>
      <Link
        to={newAiPlace(sessionId)}
        className="inline-flex min-h-9 items-center gap-2 rounded-control border border-line px-3.5 font-medium hover:bg-hover"
      >
        <Plus aria-hidden size={16} />
        {texts.newAiConversation}
      </Link>
    </section>
  );
}
