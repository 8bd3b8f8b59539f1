const plural = new Intl.PluralRules("en");

/** `1 message`, `2 messages`. */
export function count(number: number, one: string, other: string): string {
  return `${number.toLocaleString("en")} ${plural.select(number) === "one" ? one : other}`;
}
