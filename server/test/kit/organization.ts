import type { Reachable } from "./caller.ts";
import { loginAgain, type Person, register } from "./person.ts";
import { foundOrganization } from "./workspace.ts";

export interface Organization {
  id: string;
  slug: string;
  name: string;
  time_zone: string;
  plan: string;
  member_count: number;
}

export interface Invitation {
  id: string;
  email: string | null;
  role: string;
  token: string;
  expires_at: string;
}

/** The Admin of an organization of their own. */
export async function makeOrganization(app: Reachable): Promise<{ person: Person; id: string }> {
  const founder = await foundOrganization(app);
  return { person: await loginAgain(app, founder), id: founder.organizationId };
}

/** `person` goes to an organization of somebody else. */
export async function moveAway(app: Reachable, person: Person): Promise<void> {
  const { person: by, id } = await makeOrganization(app);
  await accept(person, await invite(by, id));
}

export async function invite(person: Person, organizationId: string, body: object = {}): Promise<Invitation> {
  return (await person.post<Invitation>(`/v1/organizations/${organizationId}/invitations`, body)).data;
}

/** Somebody whom `by` invited, and who came. */
export async function addMember(
  app: Reachable,
  by: Person,
  organizationId: string,
  role: string,
): Promise<Person> {
  const person = await register(app);
  await accept(person, await invite(by, organizationId, { role }));
  return person;
}

export async function accept(person: Person, { token }: Invitation): Promise<void> {
  const answer = await person.post(`/v1/invitations/${token}/accept`);
  if (answer.status !== 200) throw new Error(`the invitation was refused: ${answer.text}`);
}

/** Each member's role, by user. */
export async function rolesOf(person: Person, organizationId: string): Promise<Record<string, string>> {
  const { members } = (
    await person.get<{ members: { user_id: string; role: string }[] }>(
      `/v1/organizations/${organizationId}/members`,
    )
  ).data;
  return Object.fromEntries(members.map((member) => [member.user_id, member.role]));
}
