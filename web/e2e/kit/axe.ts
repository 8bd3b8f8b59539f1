import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const colorSchemes = ["light", "dark"] as const;

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds wrong in light and in dark, one line each. The page goes by the system's theme, and is left dark. */
export async function violationsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const faults: string[] = [];
  for (const colorScheme of colorSchemes) {
    await page.emulateMedia({ colorScheme });
    faults.push(...(await violationsNow(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

async function violationsNow(page: Page): Promise<string[]> {
  await endTransitions(page);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: unknown): Promise<{ violations: Violation[] }> };
    };
    // Every rule runs; what it found right is not worked out in full.
    return (await axe.run({ resultTypes: ["violations"] })).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`),
  );
}

/**
 * Colours on their way from one theme to the other would be judged as neither's. Transitions are brought to their end
 * rather than waited for: where nothing is drawn they never get there. Each may set off others in what inherits from it.
 */
async function endTransitions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const running = () => document.getAnimations().filter((each) => each instanceof CSSTransition);
    for (let round = 0; running().length > 0; round++) {
      if (round > 50) throw new Error("the page does not come to rest");
      for (const transition of running()) transition.finish();
    }
  });
}
