/** A flag of a command. Without `value` it stands alone; with it, `value` names what follows. */
export interface Flag {
  about: string;
  value?: string;
  /** May be given more than once. */
  isRepeatable?: boolean;
  isRequired?: boolean;
}

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** What a person has to know before running it; paragraphs of the command's own help. */
  about?: string;
  /** Names of what stands without a flag, in order; all of it must be given. */
  operands?: readonly string[];
  flags?: Readonly<Record<string, Flag>>;
  /** @returns the exit code. */
  run(given: Given): Promise<number>;
}

/** What somebody typed after the command's name, checked against the command. */
export class Given {
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(operands: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.operands = operands;
    this.#values = values;
  }

  operand(index: number): string {
    return this.operands[index] ?? "";
  }

  has(flag: string): boolean {
    return this.#values.has(flag);
  }

  values(flag: string): readonly string[] {
    return this.#values.get(flag) ?? [];
  }

  value(flag: string): string {
    return this.values(flag)[0] ?? "";
  }
}

/** The command was not called as it can be; the message says how it can. */
export class UsageError extends Error {}

/** The command could not do its work; the message is one line for a person and says what to do. */
export class CommandFailed extends Error {}

/** @throws UsageError naming the first thing that the command does not take. */
export function readArguments(name: string, command: Command, args: readonly string[]): Given {
  const operands: string[] = [];
  const values = new Map<string, string[]>();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") operands.push(...rest.splice(0));
    else if (word.startsWith("-") && word !== "-") readFlag(name, command, word, rest, values);
    else operands.push(word);
  }
  requireComplete(name, command, operands, values);
  return new Given(operands, values);
}

function readFlag(
  name: string,
  { flags = {} }: Command,
  word: string,
  rest: string[],
  values: Map<string, string[]>,
): void {
  const [, flagName = word, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const flag = flags[flagName];
  if (flag === undefined) {
    const known = Object.keys(flags);
    const allowed = known.length === 0 ? "it takes no flags" : `allowed: ${known.join(", ")}`;
    throw new UsageError(`${name} does not know ${flagName}; ${allowed}, --help`);
  }
  const earlier = values.get(flagName) ?? [];
  if (flag.value === undefined) {
    if (inline !== undefined) throw new UsageError(`${flagName} takes no value`);
    values.set(flagName, []);
    return;
  }
  const value = inline ?? rest.shift();
  if (value === undefined || value === "" || (inline === undefined && value.startsWith("--")))
    throw new UsageError(`${flagName} needs a value: ${flagName} ${flag.value}`);
  if (earlier.length > 0 && flag.isRepeatable !== true)
    throw new UsageError(`${flagName} may be given once only`);
  values.set(flagName, [...earlier, value]);
}

function requireComplete(
  name: string,
  { operands: wanted = [], flags = {} }: Command,
  operands: string[],
  values: Map<string, string[]>,
): void {
  const missing = wanted[operands.length];
  if (missing !== undefined) throw new UsageError(`${name} needs ${missing}`);
  const extra = operands[wanted.length];
  if (extra !== undefined) {
    throw new UsageError(`${name} does not take «${extra}»; it takes ${wanted.join(" ") || "flags only"}`);
  }
  for (const [flag, { value, isRequired }] of Object.entries(flags)) {
    if (isRequired === true && !values.has(flag))
      throw new UsageError(`${name} needs ${flag} ${value ?? ""}`.trimEnd());
  }
}
