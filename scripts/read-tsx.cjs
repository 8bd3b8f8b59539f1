/**
 * Loaded before dependency-cruiser, whose use of swc knows no JSX (its options are fixed, without `tsx`): files named
 * .tsx are parsed as what they are.
 */
const swc = require("@swc/core");

const { parseFileSync } = swc;

swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith(".tsx") });
