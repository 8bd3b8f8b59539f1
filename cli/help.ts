import type { Command, Flag } from "./command.ts";

const program = "npm run parley --";

/** All commands, one line each. */
export function commandList(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(([name, command]): [string, string] => [
    [name, ...(command.operands ?? [])].join(" "),
    command.summary,
  ]);
  return [
    "Parley: every conversation a product needs, in one process.",
    "",
    `Usage: ${program} COMMAND …`,
    "",
    ...inColumns(rows),
    "",
    `${program} COMMAND --help tells more about one. The environment configures all of them: PARLEY_DATA_DIR,`,
    "DATABASE_URL, PORT and the others of docs/operations.md.",
  ].join("\n");
}

/** One command with all it takes. */
export function commandHelp(name: string, command: Command): string {
  const flags = Object.entries(command.flags ?? {});
  const usage = [
    program,
    name,
    ...(command.operands ?? []),
    ...flags.map(([flag, spec]) => usageOf(flag, spec)),
  ];
  const rows = flags.map(([flag, spec]): [string, string] => [withValue(flag, spec), spec.about]);
  return [
    `${command.summary}.`,
    "",
    `Usage: ${usage.join(" ")}`,
    ...(rows.length === 0 ? [] : ["", ...inColumns(rows)]),
    ...(command.about === undefined ? [] : ["", command.about]),
  ].join("\n");
}

/** Columns wide enough for their longest cell, the last one as it is. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}

function withValue(flag: string, { value }: Flag): string {
  return value === undefined ? flag : `${flag} ${value}`;
}

function usageOf(flag: string, spec: Flag): string {
  const text = withValue(flag, spec) + (spec.isRepeatable === true ? " …" : "");
  return spec.isRequired === true ? text : `[${text}]`;
}
