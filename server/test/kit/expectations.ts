import { expect } from "bun:test";
import type { Answer } from "./caller.ts";

/** A UUIDv7 as the contract writes ids. */
export const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** ISO 8601 in UTC with milliseconds. */
export const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** What may stand in `X-Request-ID`. */
export const requestIdPattern = /^[A-Za-z0-9._-]{1,128}$/;

/** An id of the right form that nothing ever has. */
export const unknownId = "01890000-0000-7000-8000-000000000000";

/** What came of a request: «200 ok», «403 FORBIDDEN». */
export function outcome({ status, error }: Answer<unknown>): string {
  return `${status} ${error?.code ?? "ok"}`;
}

/** Words that only a stack trace, a query or a library's own error would bring into an answer. */
const innards = /\bat \S+ \(|\.ts:\d+|node_modules|SQLITE|\bselect .+ from\b|insert into|ZodError|ECONN/i;

/** Asserts a refusal in the contract's envelope. Each of `paths` must be among its details. */
export function expectRefusal(
  answer: Answer<unknown>,
  status: number,
  code: string,
  ...paths: string[]
): void {
  const seen = { status: answer.status, code: answer.error?.code, text: answer.text.slice(0, 400) };
  expect(seen).toMatchObject({ status, code });
  expectEnvelope(answer);
  const named = answer.error?.details?.map((detail) => detail.path) ?? [];
  for (const path of paths) expect(named).toContain(path);
}

/** Asserts the shape of a refusal, whatever its code: 4xx, the envelope, nothing of the server's inside. */
export function expectEnvelope(answer: Answer<unknown>): void {
  const { error, body } = answer;
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(Object.keys(body ?? {}).sort()).toEqual(["error", "success"]);
  expect(body?.success).toBe(false);
  expect(error?.code).toMatch(/^[A-Z][A-Z_]+$/);
  expect(error?.message).toMatch(/\S/);
  expect(error?.request_id).toMatch(requestIdPattern);
  expect(error?.request_id).toBe(answer.headers.get("x-request-id") ?? "no header");
  for (const detail of error?.details ?? []) {
    expect(detail.path).toBeString();
    expect(detail.message).toMatch(/\S/);
  }
  expect(answer.text).not.toMatch(innards);
}

/** Asserts that `time` lies within `toleranceMs` of `fromNowMs` after now. */
export function expectTime(time: unknown, fromNowMs: number, toleranceMs = 10_000): void {
  expect(time).toMatch(isoTime);
  expect(Math.abs(Date.parse(String(time)) - Date.now() - fromNowMs)).toBeLessThan(toleranceMs);
}
