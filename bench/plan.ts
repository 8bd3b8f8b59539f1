/** The rows of the bench, in the order they are run and printed. */
export const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"] as const;
export type RowName = (typeof ROWS)[number];

/** How much of everything: people, connections, rounds and seconds. */
export interface Plan {
  rows: readonly RowName[];
  quick: boolean;
  /** Registered users. Each costs one password hash, so a quick run seats few users on many connections. */
  people: number;
  rounds: number;
  /** Length of one measured round. */
  roundSeconds: number;
  /** Length of one open-loop round of row (c). */
  latencySeconds: number;
  historyMessages: number;
  idleConnections: number;
  /** Length of the steady request load of row (g); 60 is what the figure is defined over. */
  requestSeconds: number;
  /** Length of the steady load of row (h). */
  socketIoSeconds: number;
  /** Sign-ups, sign-ins and calls of each kind in row (g). */
  calls: number;
  /** Milliseconds added to every fsync of the server under test; 0 leaves it alone. */
  syncDelayMs: number;
  /** Messages for row (i), a file as `import` reads it; undefined means made-up ones. */
  messages: string | undefined;
  /** Where the databases are written; undefined means the system's temporary folder. */
  dir: string | undefined;
  /** Extra arguments of the runtime for the server under test, such as `--cpu-prof`. */
  runtimeArguments: readonly string[];
}

const USAGE = `bun bench/main.ts [row …] [--quick] [--messages FILE] [--dir PATH] [--slow-sync MS] [--server-arg ARG …]

rows: a  one conversation of 1,000 connections, 1 and 8 sends in flight
      b  250 conversations of 4, everybody sending
      c  delivery latency at 200 and 1,000 messages/s
      d  a history page of 50 from 100,000 messages
      e  memory idle, and per idle connection
      f  1,000 connections drop, return and catch up
      g  response times, request rate and memory under load
      h  Socket.IO: CPU a delivery beside stock Socket.IO on Node, and 500 clients in 50 rooms
      i  search in 40,000 messages, and how soon a new one is found
      j  a room of 10,000 of whom 1,000 are connected
      k  requests of /api/v5 at 200 a second
      l  100 answers of a model at once
      m  1,000 people open the app at once
      n  100 sign-ins at once, and what it costs to let a request in
--quick           shorter rounds and fewer people; for trying things out, not for quoting
--dir PATH        write the databases there (it must be a real disk; default: the temporary folder)
--messages FILE   row i searches these, lines of {"user", "text"}, instead of made-up ones
--slow-sync MS    each fsync of the server takes MS longer, as on a poor disk (needs cc)
--server-arg ARG  pass ARG to the runtime of the server under test, for instance --cpu-prof
`;

/** Reads the command line; throws an Error whose message is meant for the person who typed it. */
export function readPlan(argv: readonly string[]): Plan {
  const rows = new Set<RowName>();
  const runtimeArguments: string[] = [];
  let quick = false;
  let dir: string | undefined;
  let messages: string | undefined;
  let syncDelayMs = 0;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    const value = (): string => {
      const next = argv[++at];
      if (next === undefined) throw new Error(`${word} needs a value\n\n${USAGE}`);
      return next;
    };
    if (word === "--quick") quick = true;
    else if (word === "--dir") dir = value();
    else if (word === "--messages") messages = value();
    else if (word === "--server-arg") runtimeArguments.push(value());
    else if (word === "--slow-sync") {
      syncDelayMs = Number(value());
      if (!(syncDelayMs >= 0 && syncDelayMs <= 1000))
        throw new Error("--slow-sync takes 0 to 1000 milliseconds");
    } else if (isRow(word)) rows.add(word);
    else throw new Error(`unknown argument «${word}»\n\n${USAGE}`);
  }
  const chosen = rows.size === 0 ? ROWS : ROWS.filter((row) => rows.has(row));
  return { ...(quick ? QUICK : FULL), rows: chosen, quick, messages, dir, syncDelayMs, runtimeArguments };
}

type Amounts = Omit<Plan, "rows" | "quick" | "messages" | "dir" | "syncDelayMs" | "runtimeArguments">;

const FULL: Amounts = {
  people: 1000,
  rounds: 3,
  roundSeconds: 2.5,
  latencySeconds: 6,
  historyMessages: 100_000,
  idleConnections: 5000,
  requestSeconds: 60,
  socketIoSeconds: 60,
  calls: 100,
};

const QUICK: Amounts = {
  people: 100,
  rounds: 2,
  roundSeconds: 1.5,
  latencySeconds: 3,
  historyMessages: 100_000,
  idleConnections: 5000,
  requestSeconds: 15,
  socketIoSeconds: 10,
  calls: 25,
};

function isRow(word: string): word is RowName {
  return (ROWS as readonly string[]).includes(word);
}
