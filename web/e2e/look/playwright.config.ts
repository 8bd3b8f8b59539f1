import { defineConfig } from "@playwright/test";
import base from "../playwright.config.ts";

/** `npm run look`: screenshots of every page, to be looked at. */
export default defineConfig({
  ...base,
  testDir: ".",
  testMatch: "*.look.ts",
  outputDir: "../../../test-results",
  workers: 1,
  timeout: 240_000,
});
