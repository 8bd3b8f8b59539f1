import type { TestApp } from "./app.ts";
import type { Person } from "./person.ts";
import { storeAgent } from "./store.ts";

/** Makes somebody an agent, or takes it back. */
export async function makeAgent(app: TestApp, person: Person, isAgent = true): Promise<void> {
  await storeAgent(app, person.id, isAgent);
  await person.patch("/v1/users/me", { display_name: person.displayName });
  // The flag is read again after the answer.
  await Bun.sleep(50);
}
