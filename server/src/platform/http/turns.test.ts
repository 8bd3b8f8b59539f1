import { expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { Turns } from "./turns.ts";

const busy = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

/** Begins `count` requests at once, each of which computes for `ms`; other things take each turn of the loop too. */
async function begin(turns: Turns, count: number, ms: number): Promise<string[]> {
  const events: string[] = [];
  let isOver = false;
  const others = () => {
    events.push("others");
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      if (!turns.hasRoom()) await turns.wait();
      busy(ms);
      events.push(`request ${n}`);
    }),
  );
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  return events;
}

test("requests that would fill a turn of the loop leave room between them for everything else, and keep their order", async () => {
  const events = await begin(new Turns(), 5, limits.requestsTurnMs + 1);
  const requests = events.filter((event) => event !== "others");
  expect(requests).toEqual(["request 0", "request 1", "request 2", "request 3", "request 4"]);
  const neighbours = events.filter(
    (event, at) => event !== "others" && events[at - 1]?.startsWith("request"),
  );
  expect(neighbours).toEqual([]);
});

test("a request waits for no turn when the one it came in has time left, also after others had to wait", async () => {
  const turns = new Turns();
  expect(turns.hasRoom()).toBeTrue();
  await new Promise((resolve) => setImmediate(resolve));
  await begin(turns, 3, limits.requestsTurnMs + 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(turns.hasRoom()).toBeTrue();
});

test("whoever comes while others wait goes behind them", async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const request = async (name: string) => {
    if (!turns.hasRoom()) await turns.wait();
    begun.push(name);
  };
  const first = request("first");
  busy(limits.requestsTurnMs + 1);
  const crowd = ["second", "third", "fourth"].map(request);
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, ...crowd, request("late")]);
  expect(begun).toEqual(["first", "second", "third", "fourth", "late"]);
});
