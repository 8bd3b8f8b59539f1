import type { Family } from "./metrics.ts";

export const prometheusTextType = "text/plain; version=0.0.4; charset=utf-8";

/** In Prometheus' text format, version 0.0.4 (prometheus.io, «Exposition formats»). */
export function prometheusText(families: readonly Family[]): string {
  let text = "";
  for (const { name, help, type, samples } of families) {
    text += `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
    for (const sample of samples) text += `${sample.name}${labelsText(sample.labels)} ${sample.value}\n`;
  }
  return text;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
