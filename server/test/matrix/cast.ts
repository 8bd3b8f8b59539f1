import type { TestApp } from "../kit/app.ts";
import { makeOrganization } from "../kit/organization.ts";
import { anonymous, type Caller, callerWith, type Person, register } from "../kit/person.ts";

/** Who asks, in the order of the columns of `answerTable`. */
export const actorNames = [
  "owner",
  "admin",
  "member",
  "moderator",
  "guest",
  "viewer",
  "outsider",
  "removed",
  "foreigner",
  "anonymous",
  "banned",
  "key",
] as const;
export type ActorName = (typeof actorNames)[number];
type PersonName = Exclude<ActorName, "anonymous" | "key">;

export function isPerson(actor: ActorName): actor is PersonName {
  return actor !== "anonymous" && actor !== "key";
}

/** Everybody who asks, and what they ask with. */
export interface Cast {
  people: Record<PersonName, Person>;
  callers: Record<ActorName, Caller>;
  /** Are in the group and the room and ask for nothing: things are done to the one, and the other gets blocked. */
  bystander: Person;
  loner: Person;
  /** The default organization, which all but the foreigner are in, and the foreigner's own. */
  organizationId: string;
  foreignOrganizationId: string;
}

/** Everybody but the banned one's ban, which comes when the world stands: see `ban`. */
export async function buildCast(app: TestApp): Promise<Cast> {
  const admin = await register(app);
  const made: Person[] = await Promise.all(Array.from({ length: 10 }, () => register(app)));
  const take = () => made.pop() as Person;
  const [owner, member, moderator, guest, viewer] = [take(), take(), take(), take(), take()];
  const [outsider, removed, banned, bystander, loner] = [take(), take(), take(), take(), take()];
  const { person: foreigner, id: foreignOrganizationId } = await makeOrganization(app);
  const me = await admin.get<{ organization_id: string }>("/v1/users/me");
  const organizationId = me.data.organization_id;
  await admin.put(`/v1/admin/users/${moderator.id}`, { role: "moderator" });
  await admin.put(`/v1/admin/users/${guest.id}`, { role: "guest" });
  await admin.patch(`/v1/organizations/${organizationId}/members/${viewer.id}`, { role: "Viewer" });
  const { key } = (await outsider.post<{ key: string }>("/v1/api-keys", { name: "Reader", scopes: ["read"] }))
    .data;
  const people = { owner, admin, member, moderator, guest, viewer, outsider, removed, foreigner, banned };
  return {
    people,
    callers: { ...people, anonymous: anonymous(app), key: callerWith(app, { "x-api-key": key }) },
    bystander,
    loner,
    organizationId,
    foreignOrganizationId,
  };
}
