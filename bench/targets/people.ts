import type { Plan } from "../plan.ts";
import { MeasuredProcess } from "./measured-process.ts";
import { PARLEY_ENV, PARLEY_MAIN, PROJECT } from "./parley-command.ts";
import type { Workspace } from "./workspace.ts";

/** A registered user with a live session. */
export interface Person {
  id: string;
  email: string;
  token: string;
}

/** Registered users, and the data folder that knows them, for rows to start their servers from. */
export interface People {
  persons: readonly Person[];
  /** The folder of a stopped server; rows work on copies. */
  template: string;
}

export const PASSWORD = "Bench-passw0rd!";

// Hashes are what registration costs; more at once than cores would only wait for each other.
const REGISTRATIONS_AT_ONCE = 4;

/** Registers the plan's people once, on all CPUs: a password hash each, which no row should wait for. */
export async function registerPeople(workspace: Workspace, plan: Plan): Promise<People> {
  const template = workspace.fresh("people");
  const server = await MeasuredProcess.start(workspace, {
    argv: [process.execPath, PARLEY_MAIN, "serve"],
    env: { ...PARLEY_ENV, PARLEY_DATA_DIR: template },
    cwd: PROJECT,
    pinned: false,
  });
  const persons: Person[] = [];
  let next = 0;
  const registerNext = async (): Promise<void> => {
    for (let index = next++; index < plan.people; index = next++) {
      persons[index] = await register(server.url, `bench-${String(index).padStart(5, "0")}`);
    }
  };
  await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, registerNext));
  const code = await server.stop();
  if (code !== 0) throw new Error(`the server ended with ${code} on SIGTERM:\n${server.lastWords()}`);
  return { persons, template };
}

/** Registers one user over HTTP. */
export async function register(url: URL, username: string): Promise<Person> {
  const email = `${username}@example.test`;
  const answer = await fetch(new URL("/v1/auth/register", url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, username, password: PASSWORD, display_name: username }),
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`registering ${username}: ${answer.status} ${text}`);
  const { data } = JSON.parse(text) as { data: { user: { id: string }; access_token: string } };
  return { id: data.user.id, email, token: data.access_token };
}
