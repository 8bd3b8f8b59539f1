import { type ChangeTrail, changeBy, changedFields } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { canChangePlan, canManageOrganization, canSeeOrganization } from "./organizations.policy.ts";
import {
  findOrganization,
  insertOrganization,
  listOrganizations,
  type OrganizationRow,
  type OrganizationWithCount,
  updateOrganization,
} from "./organizations.queries.ts";
import type { OrganizationDefaults } from "./organizations.schema.ts";

interface NewOrganization {
  name: string;
  /** Made from the name if it is missing. */
  slug?: string | undefined;
  timeZone?: string | undefined;
}

interface OrganizationChanges {
  name?: string | undefined;
  slug?: string | undefined;
  time_zone?: string | undefined;
  plan?: string | undefined;
}

const slugLength = 40;

/** Organizations and what they set. Who is in them is the members feature. */
export class Organizations {
  readonly defaults: OrganizationDefaults;
  readonly #database: Database;
  readonly #trail: ChangeTrail;

  constructor(database: Database, trail: ChangeTrail, defaults: OrganizationDefaults) {
    this.#database = database;
    this.#trail = trail;
    this.defaults = defaults;
  }

  /** Makes one without members, for a server admin, who then invites its first Admin. @throws AppError CONFLICT. */
  async found(actor: Actor, input: NewOrganization): Promise<OrganizationWithCount> {
    const { id } = await this.takingSlug(() =>
      this.#database.transaction(async (tx) => {
        const row = await this.insert(tx, input);
        const change = { action: "organization.made", targetType: "organization", targetId: row.id };
        this.#trail.record(tx, { ...changeBy(actor, change), organizationId: row.id });
        return row;
      }),
    );
    return this.get(actor, id);
  }

  /** Makes one without members, in the caller's transaction. A slug that is taken breaks a unique constraint. */
  async insert(tx: Tx, { name, slug, timeZone }: NewOrganization): Promise<OrganizationRow> {
    const id = newId();
    const at = now();
    const row: OrganizationRow = {
      id,
      slug: slug ?? slugFrom(name, id),
      name,
      created_at: at,
      time_zone: timeZone ?? this.defaults.timeZone,
      plan: this.defaults.plan,
      updated_at: at,
    };
    await insertOrganization(tx.query, row);
    return row;
  }

  /** One's own; for server admins all of the server's. */
  list(actor: Actor, page: ListPage<OrganizationWithCount>): Promise<OrganizationWithCount[]> {
    const only = actor.role === "admin" ? undefined : actor.organizationId;
    return listOrganizations(this.#database.query, only, page);
  }

  /** @throws AppError NOT_FOUND for others' organizations. */
  async get(actor: Actor, id: string): Promise<OrganizationWithCount> {
    return requireSeen(this.#database.query, actor, id);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, or CONFLICT for a slug that is taken. */
  async change(actor: Actor, id: string, changes: OrganizationChanges): Promise<OrganizationWithCount> {
    const before = await this.get(actor, id);
    if (!canManageOrganization(actor, id)) throw forbidden("Only its Admins may change an organization.");
    const wanted = this.#differing(before, changes);
    if (wanted.plan !== undefined && !canChangePlan(actor))
      throw forbidden("Only a server admin may change an organization's plan.");
    if (before.slug === "default" && wanted.slug !== undefined)
      throw conflict("slug", "The default organization keeps its slug: new people are led to it.");
    const fields = changedFields(wanted);
    if (fields.length === 0) return before;
    await this.takingSlug(() =>
      this.#database.transaction(async (tx) => {
        await updateOrganization(tx.query, id, { ...wanted, updated_at: now() });
        const change = { action: "organization.changed", targetType: "organization", targetId: id };
        this.#trail.record(tx, { ...changeBy(actor, { ...change, details: fields }), organizationId: id });
      }),
    );
    return this.get(actor, id);
  }

  /** What was answered before may be sent back: a field that is the same is no change. */
  #differing(before: OrganizationWithCount, changes: OrganizationChanges): OrganizationChanges {
    const shown = {
      name: before.name,
      slug: before.slug,
      time_zone: before.time_zone ?? this.defaults.timeZone,
      plan: before.plan ?? this.defaults.plan,
    };
    const isNew = ([name, value]: [string, unknown]) => value !== shown[name as keyof typeof shown];
    return Object.fromEntries(Object.entries(changes).filter(isNew));
  }

  /** The constraint is what decides, also when fifty ask at once. @throws AppError CONFLICT naming the slug. */
  async takingSlug<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.#database.isUniqueViolation(error)) throw error;
      throw conflict("slug", "This slug is taken. Choose another one.");
    }
  }
}

/** @throws AppError NOT_FOUND. */
export async function requireSeen(query: Queries, actor: Actor, id: string): Promise<OrganizationWithCount> {
  const found = canSeeOrganization(actor, id) ? await findOrganization(query, id) : undefined;
  if (found === undefined) throw notFound("organization");
  return found;
}

/** Nobody else has it, as long as ids differ. */
function slugFrom(name: string, id: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, slugLength)
    .replace(/^-+|-+$/g, "");
  return `${words}-${id.slice(-12)}`.replace(/^-/, "");
}
