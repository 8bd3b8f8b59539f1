import type { RowName } from "./plan.ts";

/** Measurements of one thing: one number a round, all in `unit`. */
export interface Line {
  row: RowName;
  what: string;
  unit: string;
  parley: readonly number[] | undefined;
  /** Measured in the same run; undefined where the thing has no floor. */
  floor?: readonly number[] | undefined;
  floorName?: string;
  /** Rates are better when higher; everything else when lower. */
  higherIsBetter?: boolean;
  aim?: Aim;
}

/** An aim on the value itself, or on the ratio of the value to its floor. */
export interface Aim {
  of: "value" | "ratio";
  limit: number;
}

/** Collects the lines of a run, prints each as it comes and all as one Markdown table at the end. */
export class Report {
  private readonly lines: Line[] = [];

  add(line: Line): void {
    this.lines.push(line);
    const [, what, parley, floor, ratio, aim] = cells(line);
    const parts = [`(${line.row}) ${what}: ${parley}`];
    if (floor !== "") parts.push(`floor ${floor}`);
    if (ratio !== "") parts.push(`ratio ${ratio}`);
    if (aim !== "") parts.push(`aim ${aim}`);
    console.log(parts.join(" · "));
  }

  /** The table for `docs/operations.md`; `facts` are the lines that name the machine. */
  toMarkdown(facts: readonly string[]): string {
    const head = ["row", "what", "Parley", "floor in the same run", "ratio", "aim"];
    const rows = [head, head.map(() => "---"), ...this.lines.map(cells)];
    const notes =
      "Where a measurement was repeated the cell reads best / median; a ratio is best to best, an aim is judged by the best.";
    return `${facts.map((fact) => `- ${fact}`).join("\n")}\n\n${rows
      .map((row) => `| ${row.join(" | ")} |`)
      .join("\n")}\n\n${notes}\n`;
  }
}

/** The value at `fraction` (0–1) of the sorted samples: 0.99 is p99. NaN without samples. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(samples).sort();
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(fraction * sorted.length) - 1));
  return sorted[at] ?? Number.NaN;
}

function median(samples: readonly number[]): number {
  const sorted = Float64Array.from(samples).sort();
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function cells(line: Line): string[] {
  const { parley, floor, unit, aim } = line;
  const ratio = ratioOf(line);
  const name = line.floorName === undefined ? "" : ` (${line.floorName})`;
  return [
    line.row,
    line.what,
    parley === undefined ? "n/a" : format(parley, unit, line.higherIsBetter),
    floor === undefined ? "" : `${format(floor, unit, line.higherIsBetter)}${name}`,
    ratio === undefined ? "" : `${ratio.toFixed(2)}×`,
    aim === undefined ? "" : describeAim(line, aim, ratio),
  ];
}

function ratioOf(line: Line): number | undefined {
  if (line.parley === undefined || line.floor === undefined) return undefined;
  const floor = best(line.floor, line.higherIsBetter);
  return floor > 0 ? best(line.parley, line.higherIsBetter) / floor : undefined;
}

function describeAim(line: Line, aim: Aim, ratio: number | undefined): string {
  const text = `${line.higherIsBetter ? "≥" : "≤"} ${aim.of === "ratio" ? `${aim.limit}×` : `${number(aim.limit)} ${line.unit}`}`;
  const value = aim.of === "ratio" ? ratio : line.parley && best(line.parley, line.higherIsBetter);
  if (value === undefined || Number.isNaN(value)) return `${text}: not measured`;
  const met = line.higherIsBetter ? value >= aim.limit : value <= aim.limit;
  return `${text}: ${met ? "met" : "**missed**"}`;
}

function best(rounds: readonly number[], higherIsBetter = false): number {
  return higherIsBetter ? Math.max(...rounds) : Math.min(...rounds);
}

function format(rounds: readonly number[], unit: string, higherIsBetter?: boolean): string {
  const shown = number(best(rounds, higherIsBetter));
  if (rounds.length < 2) return `${shown} ${unit}`;
  return `${shown} / ${number(median(rounds))} ${unit}`;
}

function number(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4);
}
