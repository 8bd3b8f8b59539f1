/** Languages whose texts are complete, by their BCP 47 tag. Each has a file beside `english.ts`. */
export const languages = ["en"] as const;
export type Language = (typeof languages)[number];

/** The first language of the browser that there are texts in. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    const found = languages.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found !== undefined) return found;
  }
  return "en";
}

const rightToLeft: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

export function directionOf(language: string): "ltr" | "rtl" {
  return rightToLeft.has(language.split("-")[0] ?? "") ? "rtl" : "ltr";
}
