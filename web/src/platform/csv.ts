/** What programs for tables would run instead of showing it. */
const formula = /^[=+\-@\t\r]/;

/**
 * RFC 4180, with the mark by which Excel knows UTF-8. What others have written cannot become a formula: it gets the
 * apostrophe that says «text» to programs for tables.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("")}`;
}

function cellOf(text: string): string {
  const plain = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
