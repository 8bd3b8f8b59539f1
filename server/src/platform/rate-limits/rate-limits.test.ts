import { describe, expect, test } from "bun:test";
import { createMemoryRateLimits } from "./memory-rate-limits.ts";
import { countFailures, countSuccesses, Quota } from "./rate-limits.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

function limitsAt(start = 1_000_000) {
  let at = start;
  const limits = createMemoryRateLimits(() => at);
  return {
    limits,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

function count<T>(times: number, work: () => T): T[] {
  return Array.from({ length: times }, work);
}

describe("a sliding window", () => {
  test("takes exactly its figure in any stretch of its length, whenever that begins", () => {
    const { limits, pass } = limitsAt();
    const times: number[] = [];
    let at = 0;
    for (let step = 0; step < 5_000; step++) {
      const ms = (step * 7_919) % 397;
      pass(ms);
      at += ms;
      if (limits.take("chatMessages", "ann") === 0) times.push(at);
    }
    const counts = times.map((from) => times.filter((time) => time >= from && time < from + minute).length);
    expect(Math.max(...counts)).toBe(20);
    expect(times.length).toBeGreaterThan(200);
  });

  test("says after how long there is room, and a millisecond before there is none", () => {
    const { limits, pass } = limitsAt();
    expect(count(20, () => limits.take("chatMessages", "ann"))).toEqual(new Array(20).fill(0));
    pass(10 * second);
    const waitMs = limits.take("chatMessages", "ann");
    expect(waitMs).toBe(50 * second);
    pass(waitMs - 1);
    expect(limits.take("chatMessages", "ann")).toBe(1);
    pass(1);
    expect(limits.take("chatMessages", "ann")).toBe(0);
  });

  test("refusals are not counted, and keys do not see each other", () => {
    const { limits, pass } = limitsAt();
    count(500, () => limits.take("chatMessages", "ann"));
    expect(limits.take("chatMessages", "bob")).toBe(0);
    pass(minute);
    expect(count(20, () => limits.take("chatMessages", "ann"))).toEqual(new Array(20).fill(0));
  });

  test("of several lengths each holds: a minute's, an hour's and a day's", () => {
    const { limits, pass } = limitsAt();
    let taken = 0;
    for (let minutes = 0; minutes < 24 * 60; minutes++) {
      taken += count(120, () => limits.take("workspaceUser", "ann")).filter((waitMs) => waitMs === 0).length;
      if (minutes === 0) expect(taken).toBe(100);
      if (minutes === 59) expect(taken).toBe(1_000);
      pass(minute);
    }
    expect(taken).toBe(10_000);
  });

  test("tells what is left of the length that is nearest to its end", () => {
    const { limits, pass } = limitsAt();
    const quota = new Quota();
    limits.take("workspaceUser", "ann", quota);
    expect(quota).toMatchObject({ limit: 100, remaining: 99, resetMs: minute });
    for (let minutes = 0; minutes < 9; minutes++) {
      pass(minute);
      count(100, () => limits.take("workspaceUser", "ann"));
    }
    pass(minute);
    const later = new Quota();
    limits.take("workspaceUser", "ann", later);
    expect(later).toMatchObject({ limit: 1_000, remaining: 98 });
    expect(later.resetMs).toBe(hour - 10 * minute);
  });
});

describe("a bucket", () => {
  test("lets its burst through at once, then one for each interval", () => {
    const { limits, pass } = limitsAt();
    expect(count(50, () => limits.take("messages", "ann"))).toEqual(new Array(50).fill(0));
    expect(limits.take("messages", "ann")).toBe(100);
    pass(100);
    expect(limits.take("messages", "ann")).toBe(0);
    expect(limits.take("messages", "ann")).toBe(100);
    pass(hour);
    expect(count(51, () => limits.take("messages", "ann")).filter((waitMs) => waitMs === 0)).toHaveLength(50);
  });

  test("over a long time lets its rate through and no more", () => {
    const { limits, pass } = limitsAt();
    let taken = 0;
    for (let ms = 0; ms < minute; ms += 10) {
      if (limits.take("messages", "ann") === 0) taken++;
      pass(10);
    }
    expect(taken).toBe(50 + 600 - 1);
  });
});

describe("what is counted after its outcome", () => {
  test("only successes: failures leave the room to others, also while many try at once", async () => {
    const { limits } = limitsAt();
    const attempt = (ok: boolean) =>
      countSuccesses(limits, "registrations", "here", async () => {
        await Bun.sleep(1);
        if (!ok) throw new Error("taken");
      }).then(
        () => "made",
        (error: Error) => error.message,
      );
    for (let round = 0; round < 20; round++) expect(await attempt(false)).toBe("taken");
    const outcomes = await Promise.all(count(10, () => attempt(true)));
    expect(outcomes.filter((outcome) => outcome === "made")).toHaveLength(3);
  });

  test("only wrong guesses: right ones and other faults are free", async () => {
    const { limits } = limitsAt();
    const isWrong = (error: unknown) => error === "wrong";
    const guess = (outcome: string) =>
      countFailures(limits, "wrongTokens", "here", isWrong, () =>
        outcome === "right" ? Promise.resolve("right") : Promise.reject(outcome),
      ).catch((error: unknown) => (error instanceof Error ? "refused" : error));
    for (let round = 0; round < 30; round++) expect(await guess("right")).toBe("right");
    for (let round = 0; round < 30; round++) expect(await guess("away")).toBe("away");
    for (let round = 0; round < 20; round++) expect(await guess("wrong")).toBe("wrong");
    expect(await guess("right")).toBe("refused");
  });
});

describe("ten times as many keys as are kept (RL-09)", () => {
  test("take less than 64 MB", () => {
    const { limits } = limitsAt();
    Bun.gc(true);
    const before = process.memoryUsage().heapUsed;
    for (let key = 0; key < 500_000; key++) limits.take("anonymous", `10.${key}`);
    for (let key = 0; key < 500_000; key++) limits.take("messages", `user ${key}`);
    Bun.gc(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});
