import { useEffect } from "react";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { KeyedStore, useKeyed } from "../../platform/store.ts";

/** What is shown of somebody. */
export interface Person {
  id: string;
  name: string;
  username: string;
  avatarUrl: string | null;
}

export interface Presence {
  online: boolean;
  lastSeenAt: string | null;
}

/** Everybody whom an answer has named, so that a name is asked for once at most. */
export const people = new KeyedStore<Person>();
const presences = new KeyedStore<Presence>();

const asked = new Set<string>();

interface NamedPerson {
  username: string;
  display_name: string;
  avatar_url: string | null;
}

interface SeenPerson {
  online?: boolean;
  last_seen_at?: string | null;
}

/** Remembers somebody whom an answer or a frame shows. */
export function learn(id: string, shown: NamedPerson & SeenPerson): void {
  const known = people.get(id);
  const isSame =
    known?.name === shown.display_name &&
    known.username === shown.username &&
    known.avatarUrl === shown.avatar_url;
  if (!isSame)
    people.set(id, { id, name: shown.display_name, username: shown.username, avatarUrl: shown.avatar_url });
  if (shown.online !== undefined) learnPresence(id, shown.online, shown.last_seen_at ?? null);
}

function learnPresence(id: string, online: boolean, lastSeenAt: string | null): void {
  const known = presences.get(id);
  if (known?.online !== online || known.lastSeenAt !== lastSeenAt) presences.set(id, { online, lastSeenAt });
}

/** Follows presence; forgets everything when somebody else signs in. */
export function startPeople(): void {
  client.on("presence", (frame) => learnPresence(frame.user_id, frame.online, frame.last_seen_at));
  client.on("signed_out", () => {
    people.clear();
    presences.clear();
    asked.clear();
  });
}

/** Somebody by id; undefined until their name is known. Asks the server when nothing has named them yet. */
export function usePerson(id: string): Person | undefined {
  const person = useKeyed(people, id);
  const isUnknown = person === undefined;
  useEffect(() => {
    if (isUnknown && id !== "") void ask(id);
  }, [id, isUnknown]);
  return person;
}

export function usePresence(id: string): Presence | undefined {
  return useKeyed(presences, id);
}

/** Within this, what is on its way (who takes part, say) names most people by itself. */
const askAfterMs = 50;

async function ask(id: string): Promise<void> {
  if (asked.has(id)) return;
  asked.add(id);
  do await new Promise((resolve) => setTimeout(resolve, askAfterMs));
  while (queries.isFetching() > 0);
  if (people.get(id) !== undefined) return;
  try {
    learn(id, await client.users.get(id));
  } catch (error) {
    // Somebody who is no more has no name; without a network it is asked again when next shown.
    if (error instanceof ParleyError && error.isTemporary) asked.delete(id);
  }
}

const idsPerRequest = 100;

/** Asks who of these is here; what the socket tells later is newer anyway. */
export async function askPresence(ids: readonly string[]): Promise<void> {
  const unknown = [...new Set(ids)].filter((id) => presences.get(id) === undefined);
  for (let at = 0; at < unknown.length; at += idsPerRequest) {
    for (const one of await client.presence.list(unknown.slice(at, at + idsPerRequest))) {
      if (presences.get(one.user_id) === undefined) learnPresence(one.user_id, one.online, one.last_seen_at);
    }
  }
}
