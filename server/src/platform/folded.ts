/** What must be found or be unique whatever its case or width: NFKC, then lower case, the same on every engine. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** A pattern for `like … escape '\\'` that finds the folded text anywhere. */
export function containing(text: string): string {
  return `%${folded(text).replace(/[\\%_]/g, "\\$&")}%`;
}
