import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { useChangeRelation } from "./relations.ts";

interface BlockPersonProps {
  userId: string;
  name: string;
  onClose: () => void;
}

/** Asks once, since the other notices soon enough. */
export function BlockPerson({ userId, name, onClose }: BlockPersonProps) {
  const change = useChangeRelation(onClose);
  return (
    <Confirm
      title={texts.blockTitle(name)}
      about={texts.blockAbout}
      action={texts.blockAction}
      busy={change.isPending}
      error={change.isError ? explain(change.error) : null}
      onConfirm={() => change.mutate({ userId, change: "block" })}
      onClose={onClose}
    />
  );
}
