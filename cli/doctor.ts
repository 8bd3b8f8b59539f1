import { type Config, ConfigError, readConfig } from "../server/src/platform/config.ts";
import type { Command } from "./command.ts";
import { lookAtDatabase } from "./doctor/database.ts";
import { broken, type Finding, well } from "./doctor/finding.ts";
import { lookAtFolder } from "./doctor/folder.ts";
import { lookAtDescriptors, lookAtPort } from "./doctor/machine.ts";

export const doctor: Command = {
  summary: "Look for what would keep the server from running well",
  about:
    "One line a look, and under each that found something the line that mends it. Works while a server runs.",
  async run() {
    const findings = await examine();
    for (const finding of findings) {
      console.log(`${finding.verdict.padEnd(4)}  ${finding.about}: ${finding.text}`);
      if (finding.verdict !== "ok") console.log(`      mend: ${finding.mend}`);
    }
    return findings.some((finding) => finding.verdict === "fail") ? 1 : 0;
  },
};

async function examine(): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...error.faults.map(mendFault), lookAtDescriptors()];
  }
  const folder = lookAtFolder(config);
  const isFolderBroken = folder.some((finding) => finding.verdict === "fail");
  return [
    well("configuration", describeConfig(config)),
    ...folder,
    ...(isFolderBroken && config.databaseUrl === null ? [] : await lookAtDatabase(config)),
    await lookAtPort(config),
    lookAtDescriptors(),
  ];
}

function mendFault(fault: string): Finding {
  const [text, allowed] = fault.split("; allowed: ");
  const [name] = fault.split("=");
  return broken(
    "configuration",
    text ?? fault,
    `set ${name} to ${allowed ?? "an allowed value"}, or unset it`,
  );
}

function describeConfig(config: Config): string {
  const store = config.databaseUrl === null ? "SQLite" : "PostgreSQL";
  const notable = [
    config.rateLimits === "off" ? "rate limits off" : null,
    config.registration === "invite" ? "registration by invitation" : null,
    config.secret === null ? null : "keys sealed",
  ].filter((word) => word !== null);
  return [store, ...notable].join(", ");
}
