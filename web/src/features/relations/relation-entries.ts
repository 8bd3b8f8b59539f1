import { Ban, UserCheck, UserPlus } from "lucide-react";
import { complain, confirm } from "../../platform/announce.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import type { MenuEntry } from "../../ui/menu.tsx";
import { useOwnUser } from "../identity/index.ts";
import { useChangeRelation, useRelation } from "./relations.ts";

/**
 * What one may do about somebody, as the entries of a menu or a list: friendship and blocks. None about oneself, and
 * none before it is known what they are to one.
 * @param onBlock asks first.
 */
export function useRelationEntries(userId: string, name: string, onBlock: () => void): MenuEntry[] {
  const own = useOwnUser();
  const relation = useRelation(userId);
  const change = useChangeRelation();
  if (userId === own.id || relation === null) return [];
  const go = (to: "unblock" | "ask" | "accept", done: string) =>
    change.mutate(
      { userId, change: to },
      {
        onSuccess: () => confirm(done),
        onError: (error) => complain(explain(error)),
      },
    );
  if (relation === "blocked")
    return [{ label: texts.unblockName(name), icon: Ban, onSelect: () => go("unblock", texts.saved) }];
  const entries: MenuEntry[] = [];
  if (relation === "none" && own.role !== "guest")
    entries.push({
      label: texts.addFriend,
      icon: UserPlus,
      onSelect: () => go("ask", texts.friendAsked(name)),
    });
  if (relation === "incoming")
    entries.push({
      label: texts.acceptFriend,
      icon: UserCheck,
      onSelect: () => go("accept", texts.saved),
    });
  entries.push({ label: texts.block(name), icon: Ban, harm: true, onSelect: onBlock });
  return entries;
}
