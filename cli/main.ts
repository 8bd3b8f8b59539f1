import { audit } from "./audit.ts";
import { backup } from "./backup.ts";
import { type Command, readArguments, UsageError } from "./command.ts";
import { doctor } from "./doctor.ts";
import { describeFailure, exitCodeOf } from "./failure.ts";
import { commandHelp, commandList } from "./help.ts";
import { importFile } from "./import.ts";
import { migrate } from "./migrate.ts";
import { restore } from "./restore.ts";
import { routes } from "./routes.ts";
import { serve } from "./serve.ts";

const commands: Readonly<Record<string, Command>> = {
  serve,
  migrate,
  backup,
  restore,
  import: importFile,
  doctor,
  audit,
  routes,
};

const helpWords = ["--help", "-h"];

async function run(words: readonly string[]): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined || name === "help" || helpWords.includes(name)) {
    console.log(commandList(commands));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`There is no command «${name}»; there are ${Object.keys(commands).join(", ")}`);
  }
  if (args.some((word) => helpWords.includes(word))) {
    console.log(commandHelp(name, command));
    return 0;
  }
  return command.run(readArguments(name, command, args));
}

// Whatever a command writes (database, keys, backups) is for this user alone.
process.umask(0o077);
try {
  process.exit(await run(process.argv.slice(2)));
} catch (error) {
  const hint = error instanceof UsageError ? ". More: npm run parley -- --help" : "";
  console.error(`${describeFailure(error)}${hint}`);
  process.exit(exitCodeOf(error));
}
