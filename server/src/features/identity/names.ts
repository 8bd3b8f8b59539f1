import { newSecret } from "../../platform/ids.ts";
import type { UserRow } from "./identity.queries.ts";

/** A person's name in the two parts that the workspace surface knows. */
export interface Names {
  firstName: string;
  lastName: string;
}

const derivedUsernameLength = 24;
const shortestUsername = 3;
const attempts = 8;

/** As given; of an account that gave only a display name, the two sides of its last space. */
export function namesOf(user: Pick<UserRow, "first_name" | "last_name" | "display_name">): Names {
  if (user.first_name !== null) return { firstName: user.first_name, lastName: user.last_name ?? "" };
  const name = user.display_name;
  const at = name.lastIndexOf(" ");
  return at === -1
    ? { firstName: name, lastName: "" }
    : { firstName: name.slice(0, at), lastName: name.slice(at + 1) };
}

export function displayNameOf({ firstName, lastName }: Names): string {
  return lastName === "" ? firstName : `${firstName} ${lastName}`;
}

/** Usernames to try for an e-mail address, the plainest first. */
export function* usernamesFrom(email: string): Generator<string> {
  const local = email.slice(0, email.lastIndexOf("@"));
  const allowed = local.replace(/[^\p{L}\p{N}_.-]+/gu, "-");
  const base = Array.from(allowed).slice(0, derivedUsernameLength).join("");
  if (Array.from(base).length >= shortestUsername) yield base;
  for (let attempt = 0; attempt < attempts; attempt++) yield `${base}-${randomWord()}`;
}

function randomWord(): string {
  return newSecret()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .slice(0, 5);
}
