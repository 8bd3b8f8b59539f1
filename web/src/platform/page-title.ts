import { useEffect } from "react";
import { texts } from "./texts.ts";

const parts = { unread: 0, place: "", page: "" };

function put(part: Partial<typeof parts>): void {
  Object.assign(parts, part);
  const mark = parts.unread > 0 ? texts.unreadInTitle(parts.unread) : "";
  const name = parts.page || parts.place;
  document.title = mark + (name === "" ? texts.appName : texts.pageTitle(name));
}

/** The tab and the browser's history name what is shown: a conversation, a page of the settings. */
export function usePageTitle(page: string): void {
  useEffect(() => {
    put({ page });
    return () => put({ page: "" });
  }, [page]);
}

/** The signed-in app: how much is unread stands before all names, and the place in place of a page's where it has none. */
export function useAppTitle(unread: number, place: string): void {
  useEffect(() => {
    put({ unread, place });
    return () => put({ unread: 0, place: "" });
  }, [unread, place]);
}
