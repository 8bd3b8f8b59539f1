/** `npm run look [-- filters of playwright]`: screenshots of every page of the web app and Lighthouse's reports into web/look. */
import { findChromium, playwright } from "./test-browser.ts";

const chromium = findChromium();
if (chromium === null) {
  console.log("Chromium not found: install chromium or set PARLEY_TEST_CHROMIUM");
  process.exitCode = 1;
} else process.exitCode = await playwright(chromium, ["-c", "web/e2e/look", ...process.argv.slice(2)], {});
