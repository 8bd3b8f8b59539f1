/** Milliseconds since 1970 by the wall clock: for what people see and what expires by date. */
export function now(): number {
  return Date.now();
}

/** Milliseconds that never step back: for waits and deadlines inside this process. */
export function uptime(): number {
  return performance.now();
}

let lastMilliseconds = Number.NaN;
let lastIsoTime = "";

/** ISO 8601 in UTC with milliseconds (contract section 1). A group of messages asks for the same time many times. */
export function isoTime(milliseconds: number): string {
  if (milliseconds === lastMilliseconds) return lastIsoTime;
  lastMilliseconds = milliseconds;
  lastIsoTime = new Date(milliseconds).toISOString();
  return lastIsoTime;
}

export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}

/** True for a name that the IANA list of time zones knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z0-9_+\-/]{1,64}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
