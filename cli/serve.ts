import { buildApp } from "../server/src/app/build-app.ts";
import { readConfig } from "../server/src/platform/config.ts";
import { createLog, type Log } from "../server/src/platform/log.ts";
import type { Command } from "./command.ts";

/** The promise is ten seconds from the signal to the end; this leaves time to say that it was broken. */
const stopWithinMs = 9_500;
/** EX_SOFTWARE: what a supervisor should answer with a new start. */
const faultExitCode = 70;
/** After a failed disk, answers that refuse requests still go out. */
const fatalDelayMs = 100;

const signals = { SIGINT: 2, SIGTERM: 15 } as const;

export const serve: Command = {
  summary: "Run the server until SIGTERM or SIGINT",
  about:
    "The first line on stdout is the server's URL; logs are JSON lines on stderr. The first signal lets it finish\n" +
    "what it accepted, ten seconds at most; a second one ends it at once.",
  async run() {
    const config = readConfig(process.env);
    const log = createLog(config.logLevel);
    endOnUnexpected(log);
    const app = await buildApp(config);
    app.onFatal((error) => setTimeout(() => endNow(log, "the database failed", error), fatalDelayMs));
    const ended = untilSignalled(log, () => app.stop());
    try {
      const { url } = await app.listen();
      console.log(url);
    } catch (error) {
      await app.stop();
      throw error;
    }
    return ended;
  },
};

/** A fault that nobody caught: the state of this process is unknown, what it acknowledged is on disk. */
function endOnUnexpected(log: Log): void {
  process.on("uncaughtException", (error) => endNow(log, "uncaught exception", error));
  process.on("unhandledRejection", (error) => endNow(log, "unhandled rejection", error));
}

function endNow(log: Log, event: string, error: unknown): void {
  log.error(event, { error: error instanceof Error ? error : new Error(String(error)) });
  void log.flush().finally(() => process.exit(faultExitCode));
}

/** @returns the exit code, once the first signal's stop has ended. */
function untilSignalled(log: Log, stop: () => Promise<void>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let isStopping = false;
  const take = (signal: keyof typeof signals) => {
    if (isStopping) process.exit(128 + signals[signal]);
    isStopping = true;
    const giveUp = async (error: unknown) => {
      log.error("the stop failed", { error });
      await log.flush();
      resolve(1);
    };
    const timer = setTimeout(
      () => void giveUp(new Error(`not done within ${stopWithinMs} ms`)),
      stopWithinMs,
    );
    stop().then(
      () => {
        clearTimeout(timer);
        resolve(0);
      },
      (error: unknown) => void giveUp(error),
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, take);
  return promise;
}
