import { defineConfig, devices } from "@playwright/test";

/** `npm run test:browser`: under Node, with the machine's own Chromium. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../../test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    timezoneId: "Europe/Berlin",
    // Recording takes a tenth of the run. Where a failed test is tried again, the second try is recorded.
    trace: process.env.CI === undefined ? "retain-on-failure" : "on-first-retry",
    launchOptions: {
      executablePath: process.env.PARLEY_TEST_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
