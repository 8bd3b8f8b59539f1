/** What must be unique: look-alikes by width or case are the same name (NFKC, then case folding). */
export function signInKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}
