import { closeOverlay } from "../platform/history.ts";
import { texts } from "../platform/texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Keys } from "../ui/keys.tsx";

interface Group {
  title: string;
  keys: readonly [keys: string, what: string][];
}

const groups: readonly Group[] = [
  {
    title: texts.shortcutGroups.everywhere,
    keys: [
      ["Ctrl+K", texts.shortcutPalette],
      ["N", texts.shortcutNew],
      ["Alt+↓", texts.shortcutNextUnread],
      ["?", texts.shortcutHelp],
    ],
  },
  { title: texts.shortcutGroups.list, keys: [["↑ ↓", texts.shortcutMoveInList]] },
  {
    title: texts.shortcutGroups.conversation,
    keys: [
      ["D", texts.shortcutDetails],
      ["W", texts.shortcutFocusComposer],
      ["↑ ↓", texts.shortcutMoveInMessages],
      ["R", texts.shortcutReply],
      ["T", texts.shortcutThread],
      ["C", texts.shortcutCopy],
      ["E", texts.shortcutEdit],
      ["Del", texts.shortcutDelete],
    ],
  },
  {
    title: texts.shortcutGroups.composer,
    keys: [
      ["Enter", texts.shortcutSend],
      ["Shift+Enter", texts.shortcutNewLine],
      ["@", texts.shortcutMention],
      [":", texts.shortcutEmoji],
      ["/", texts.shortcutCommand],
      ["↑", texts.shortcutEditLast],
      ["Esc", texts.shortcutLeave],
    ],
  },
];

export function Shortcuts() {
  return (
    <Dialog title={texts.shortcuts} onClose={closeOverlay}>
      <div className="flex flex-col gap-5 p-5 pt-3">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1 font-medium text-detail text-ink-soft">{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={what} className="flex items-center justify-between gap-4 py-0.5">
                  <dt>{what}</dt>
                  <dd>
                    <Keys keys={key} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
