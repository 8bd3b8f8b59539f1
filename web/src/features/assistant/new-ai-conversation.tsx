import { ArrowLeft, Bot } from "lucide-react";
import { useState } from "react";
import { aiPlace, goBack } from "../../platform/address.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/notice.tsx";
import { QuietNotice } from "../../ui/quiet-notice.tsx";
import { AiComposer } from "./ai-composer.tsx";
import { useBeginConversation } from "./ai-conversations.ts";
import { pickModel, useChosenModel } from "./chosen-model.ts";

const none: readonly never[] = [];
const place = "new";

/** The first question begins a conversation. */
export function NewAiConversation({ sessionId }: { sessionId: string | null }) {
  const [text, setText] = useState("");
  const { models, model, fault, isMissing } = useChosenModel(place, none);
  const begin = useBeginConversation(sessionId);
  return (
    <section aria-label={texts.newAiConversation} className="flex h-full min-h-0 flex-col">
      <div className="flex h-14 shrink-0 items-center ps-2 medium:hidden">
        <IconButton
          icon={ArrowLeft}
          label={texts.back}
          className="rtl:-scale-x-100"
          onClick={() => goBack(aiPlace(null))}
        />
      </div>
      <div className="min-h-0 flex-1">
        <Empty
          isPage
          icon={Bot}
          title={isMissing ? texts.noProviderTitle : texts.newAiConversation}
          about={isMissing ? texts.noProviderAbout : texts.newAiConversationAbout}
        />
      </div>
      {!isMissing && (
        <AiComposer
          text={text}
          onText={setText}
          onSend={() => begin.mutate({ content: text, model })}
          onStop={null}
          models={models}
          model={model}
          onModel={(next) => pickModel(place, next)}
          isClosed={fault !== null}
          notice={
            begin.isError ? (
              <Failure>{explain(begin.error)}</Failure>
            ) : (
              fault !== null && <QuietNotice>{fault}</QuietNotice>
            )
          }
          meter={null}
        />
      )}
    </section>
  );
}
