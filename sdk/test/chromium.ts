import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";

/** Null: there is none on this machine. */
export const chromiumPath =
  ["chromium", "chromium-browser", "google-chrome"]
    .map((name) => Bun.which(name))
    .find((path) => path !== null) ?? null;

export interface Tab {
  /** Runs the body of an async function in the page; its result comes back as JSON. @throws what it throws. */
  run<T>(body: string): Promise<T>;
  reload(): Promise<void>;
  setOffline(offline: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface Chromium {
  /** A tab of one and the same browser: storage, locks and channels are shared. `script` runs in each new document. */
  open(url: string, script: string): Promise<Tab>;
  close(): Promise<void>;
}

/** A fresh browser without windows, spoken to over its DevTools protocol. */
export async function startChromium(path: string): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), "parley-chromium-"));
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
  ];
  const child = Bun.spawn(
    [path, ...flags, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    },
  );
  const devtools = await connect(await findAddress(child));
  return {
    open: async (url, script) => {
      // A page that did not come over the network counts as a stranger's, which may not open sockets to this machine.
      const grant = { permissions: ["loopbackNetwork"], origin: new URL(url).origin };
      await devtools.send("Browser.grantPermissions", grant).catch(() => undefined);
      const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: true });
      const tab = openTab(devtools, String(sessionId), String(targetId));
      await tab.begin(url, script);
      return tab;
    },
    close: async () => {
      devtools.close();
      child.kill("SIGKILL");
      await child.exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function findAddress(child: Subprocess<"ignore", "ignore", "pipe">): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of child.stderr) {
    said += decoder.decode(chunk, { stream: true });
    const found = /DevTools listening on (ws:\S+)/.exec(said);
    if (found?.[1] !== undefined) return found[1];
  }
  throw new Error(`Chromium did not start: ${said}`);
}

type Parameters = Record<string, unknown>;

interface Answer {
  id?: number;
  method?: string;
  sessionId?: string;
  result?: Parameters;
  params?: Parameters;
  error?: { message: string };
}

interface DevTools {
  send(method: string, params: Parameters, sessionId?: string): Promise<Parameters>;
  /** Events of that name in the session. @returns what ends it. */
  on(method: string, sessionId: string, hear: (event: Parameters) => void): () => void;
  close(): void;
}

async function connect(address: string): Promise<DevTools> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("no DevTools"));
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const hearers = new Set<(event: Answer) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    else for (const hear of [...hearers]) hear(answer);
  };
  return {
    send: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ result = {}, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result);
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(
          JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }),
        );
      }),
    on: (method, sessionId, hear) => {
      const hearer = (event: Answer) => {
        if (event.method === method && event.sessionId === sessionId) hear(event.params ?? {});
      };
      hearers.add(hearer);
      return () => void hearers.delete(hearer);
    },
    close: () => socket.close(),
  };
}

function openTab(devtools: DevTools, sessionId: string, targetId: string) {
  const send = (method: string, params: Parameters = {}) => devtools.send(method, params, sessionId);
  const loaded = async (act: () => Promise<unknown>) => {
    const event = new Promise<void>((resolve) => {
      const stop = devtools.on("Page.loadEventFired", sessionId, () => {
        stop();
        resolve();
      });
    });
    await act();
    await event;
  };
  return {
    begin: async (url: string, script: string) => {
      await send("Page.enable");
      await send("Network.enable");
      // The page comes from here, as from a service worker: it loads when the server is away.
      devtools.on("Fetch.requestPaused", sessionId, ({ requestId }) => {
        const responseHeaders = [{ name: "content-type", value: "text/html" }];
        void send("Fetch.fulfillRequest", {
          requestId,
          responseCode: 200,
          responseHeaders,
          body: btoa("<p>a page"),
        });
      });
      await send("Fetch.enable", { patterns: [{ urlPattern: url }] });
      await send("Page.addScriptToEvaluateOnNewDocument", { source: script });
      await loaded(() => send("Page.navigate", { url }));
    },
    run: async <T>(body: string): Promise<T> => {
      const expression = `(async () => { ${body} })()`;
      const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      const fault = answer.exceptionDetails as { exception?: { description?: string } } | undefined;
      if (fault !== undefined) throw new Error(fault.exception?.description ?? JSON.stringify(fault));
      return (answer.result as { value: T }).value;
    },
    reload: () => loaded(() => send("Page.reload")),
    setOffline: async (offline: boolean) => {
      const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
      await send("Network.emulateNetworkConditions", { offline, ...unlimited });
    },
    close: async () => {
      await devtools.send("Target.closeTarget", { targetId });
    },
  };
}
