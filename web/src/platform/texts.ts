import { type Catalogue, english } from "./english.ts";
import { type Language, preferredLanguage } from "./language.ts";

/** A new language is one more line here and a file whose type is `Catalogue`: what it lacks does not compile. */
const catalogues: Record<Language, Catalogue> = { en: english };

export const language = preferredLanguage();

/** Everything that the app says, in the reader's language. No other file holds words for people. */
export const texts: Catalogue = catalogues[language];
