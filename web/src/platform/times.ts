import { language, texts } from "./texts.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const clockFormat = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const weekdayFormat = new Intl.DateTimeFormat(language, { weekday: "short" });
const dateFormat = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const yearFormat = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
const longDayFormat = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const longYearFormat = new Intl.DateTimeFormat(language, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const exactFormat = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

/** Local midnight before a moment, in milliseconds: the same for everything of one day. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** `2:05 PM` */
export function clockTime(at: number): string {
  return clockFormat.format(at);
}

/** Whole: for hovering and for screen readers. */
export function exactTime(at: number): string {
  return exactFormat.format(at);
}

/** As short as a list allows: the time today, then the weekday, then the date. */
export function listTime(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / dayMs);
  if (days <= 0) return clockTime(at);
  if (days === 1) return texts.yesterday;
  return days < 7 ? weekdayFormat.format(at) : shortDate(at, now);
}

/** `3 May`, with the year where it is another one. */
export function shortDate(at: number, now = Date.now()): string {
  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? dateFormat.format(at)
    : yearFormat.format(at);
}

/** `just now`, `5 min. ago` up to a day, then the date. */
export function agoTime(at: number, now = Date.now()): string {
  const past = Math.max(0, now - at);
  if (past < minuteMs) return texts.justNow;
  if (past < hourMs) return relativeFormat.format(-Math.floor(past / minuteMs), "minute");
  if (past < dayMs) return relativeFormat.format(-Math.floor(past / hourMs), "hour");
  return listTime(at, now);
}

/** The words of a day separator. */
export function dayName(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / dayMs);
  if (days === 0) return texts.today;
  if (days === 1) return texts.yesterday;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? longDayFormat : longYearFormat).format(at);
}
