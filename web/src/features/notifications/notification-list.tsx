import {
  AtSign,
  Bell,
  Check,
  Headset,
  KeyRound,
  type LucideIcon,
  Megaphone,
  MessageSquareText,
  PhoneMissed,
  UserPlus,
  UsersRound,
} from "lucide-react";
import { useState } from "react";
import type { Notification } from "../../../../sdk/src/index.ts";
import { conversationPlace, type Place, supportPlace } from "../../platform/address.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime } from "../../platform/times.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Confirm } from "../../ui/confirm.tsx";
import { Empty } from "../../ui/empty.tsx";
import { CheckBox } from "../../ui/field.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { useClearNotifications, useMarkAllRead, useMarkRead, useNotifications } from "./notifications.ts";

/** What one was told of: newest first, each leading to what it is about. */
export function NotificationList() {
  const [isUnread, setUnread] = useState(false);
  const [isClearing, setClearing] = useState(false);
  const list = useNotifications(isUnread);
  const markAll = useMarkAllRead();
  const clear = useClearNotifications(() => setClearing(false));
  const all = list.data?.pages.flatMap((page) => page.notifications) ?? [];
  const unread = list.data?.pages[0]?.unread_count ?? 0;
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-2xl flex-col px-4 py-6 medium:px-8">
        <div className="flex flex-wrap items-center gap-2">
          <h1 className="min-w-40 flex-1 font-semibold text-title">{texts.activity}</h1>
          <div className="flex gap-2">
            {unread > 0 && (
              <Button busy={markAll.isPending} onClick={() => markAll.mutate()}>
                {texts.markAllRead}
              </Button>
            )}
            {all.length > 0 && <Button onClick={() => setClearing(true)}>{texts.clearNotifications}</Button>}
          </div>
        </div>
        <div className="my-3 self-start">
          <CheckBox label={texts.onlyUnread} checked={isUnread} onChange={setUnread} />
        </div>
        {markAll.isError && <Failure>{explain(markAll.error)}</Failure>}
        {list.isPending && <SkeletonRows />}
        {list.isError && <Failure>{explain(list.error)}</Failure>}
        {list.isSuccess && all.length === 0 && (
          <div className="flex-1">
            <Empty
              icon={Bell}
              title={texts.noNotificationsTitle}
              about={isUnread ? texts.noUnreadAbout : texts.noNotificationsAbout}
            />
          </div>
        )}
        {all.length > 0 && (
          <ul aria-label={texts.activity} className="-mx-3 flex flex-col">
            {all.map((notification) => (
              <Row key={notification.id} notification={notification} />
            ))}
          </ul>
        )}
        <MoreButton pages={list} />
      </div>
      {isClearing && (
        <Confirm
          title={texts.clearNotificationsTitle}
          about={texts.clearNotificationsAbout}
          action={texts.clearNotifications}
          busy={clear.isPending}
          error={clear.isError ? explain(clear.error) : null}
          onConfirm={() => clear.mutate()}
          onClose={() => setClearing(false)}
        />
      )}
    </div>
  );
}

const icons: Record<Notification["kind"], LucideIcon> = {
  message: MessageSquareText,
  mention: AtSign,
  invitation: UsersRound,
  friend_request: UserPlus,
  missed_call: PhoneMissed,
  support_assignment: Headset,
  keys_low: KeyRound,
  announcement: Megaphone,
};

function Row({ notification }: { notification: Notification }) {
  const mark = useMarkRead();
  const { id, kind, title, body, read_at, created_at } = notification;
  const Icon = icons[kind];
  const place = placeOf(notification);
  const isUnread = read_at === null;
  const open = () => {
    if (isUnread) mark.mutate(id);
  };
  const words = (
    <>
      <Icon
        aria-hidden
        size={18}
        strokeWidth={1.75}
        className={classes("mt-0.5 shrink-0", isUnread ? "text-accent-ink" : "text-ink-soft")}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-3">
          <span className={classes("min-w-0 flex-1 truncate", isUnread && "font-semibold")}>
            {isUnread && <span className="sr-only">{texts.isUnread}: </span>}
            {title}
          </span>
          <Time at={created_at} show={(at) => agoTime(at)} className="shrink-0 text-detail text-ink-soft" />
        </span>
        {body !== "" && (
          <span dir="auto" className="line-clamp-2 text-ink-soft [overflow-wrap:anywhere]">
            {body}
          </span>
        )}
      </span>
    </>
  );
  const look = "flex min-w-0 flex-1 items-start gap-3 rounded-control px-3 py-2.5 text-start";
  return (
    <li className="flex items-center gap-1 border-line border-b py-0.5">
      {place === null ? (
        <span className={look}>{words}</span>
      ) : (
        <Link to={place} onClick={open} className={classes(look, "hover:bg-hover")}>
          {words}
        </Link>
      )}
      {isUnread ? (
        <IconButton icon={Check} label={texts.markReadName(title)} onClick={() => mark.mutate(id)} />
      ) : (
        <span className="size-9 shrink-0" />
      )}
    </li>
  );
}

/** What it is about, where that has a place in the app. */
function placeOf({ kind, data }: Notification): Place | null {
  const { conversation_id: conversationId, message_id: messageId } = data;
  if (kind === "friend_request") return { name: "settings", section: "privacy" };
  if (typeof conversationId !== "string") return null;
  if (kind === "support_assignment") return supportPlace(conversationId);
  return conversationPlace(conversationId, { messageId: typeof messageId === "string" ? messageId : null });
}
