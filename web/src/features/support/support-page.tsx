import { LifeBuoy } from "lucide-react";
import { useCallback } from "react";
import { goBack, type SupportPlace, supportPlace } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { Empty } from "../../ui/empty.tsx";
import { SupportPane } from "./support-pane.tsx";
import { useSupportRole } from "./support-queries.ts";

/** Beside the list: the conversation that the address names. */
export function SupportPage({ place: { id, messageId, show } }: { place: SupportPlace }) {
  const role = useSupportRole();
  const placeOf = useCallback((shown: string) => supportPlace(id, { messageId: shown, show }), [id, show]);
  if (id === null)
    return (
      <Empty
        icon={LifeBuoy}
        title={texts.chooseSupportTitle}
        about={
          role === undefined
            ? ""
            : role === "agent"
              ? texts.supportEmpty[show ?? "unassigned"].about
              : texts.noQuestionsAbout
        }
      />
    );
  return (
    <SupportPane
      key={id}
      id={id}
      messageId={messageId}
      placeOf={placeOf}
      onBack={() => goBack(supportPlace(null, { show }))}
    />
  );
}
