/** Milliseconds since 1970 by the wall clock: for what people see and what expires by date. */
export function now(): number {
  return Date.now();
}

/** Milliseconds that never step back: for waits and deadlines inside this process. */
export function uptime(): number {
  return performance.now();
}

/** ISO 8601 in UTC with milliseconds (contract section 1). */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}
