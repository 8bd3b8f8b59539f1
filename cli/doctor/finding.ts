/** What one look of the doctor found. Whatever is not well says in `mend` what a person does about it. */
export type Finding =
  | { verdict: "ok"; about: string; text: string }
  | { verdict: "warn" | "fail"; about: string; text: string; mend: string };

export function well(about: string, text: string): Finding {
  return { verdict: "ok", about, text };
}

export function doubtful(about: string, text: string, mend: string): Finding {
  return { verdict: "warn", about, text, mend };
}

export function broken(about: string, text: string, mend: string): Finding {
  return { verdict: "fail", about, text, mend };
}
