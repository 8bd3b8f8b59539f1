import type { WatchedAnswers } from "./health-watch.ts";

declare const self: Worker;

const everyMs = 10;
const askingAtMost = 200;
const answers: WatchedAnswers = { server: [], bare: [] };
let timer: ReturnType<typeof setInterval> | null = null;
let asking = 0;

async function ask(url: string, tookMs: number[]): Promise<void> {
  const began = performance.now();
  asking += 1;
  try {
    await (await fetch(url)).arrayBuffer();
    tookMs.push(performance.now() - began);
  } catch {
    tookMs.push(Number.POSITIVE_INFINITY);
  }
  asking -= 1;
}

function watch(urls: { server: string; bare: string }): void {
  let expectedMs = performance.now() + everyMs;
  timer = setInterval(() => {
    // A question asked late by this thread would blame the server for the machine's delay.
    const late = performance.now() - expectedMs > everyMs;
    expectedMs = performance.now() + everyMs;
    if (late || asking >= askingAtMost) return;
    void ask(urls.server, answers.server);
    void ask(urls.bare, answers.bare);
  }, everyMs);
}

self.onmessage = (event: MessageEvent<{ server: string; bare: string } | "finish">) => {
  if (event.data !== "finish") {
    watch(event.data);
    return;
  }
  if (timer) clearInterval(timer);
  self.postMessage(answers);
};
