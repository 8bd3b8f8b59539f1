import { sql } from "kysely";
import type { List } from "../../platform/db/list-page.ts";
import type { InvitationRow, OrganizationWithCount } from "./organizations.queries.ts";

export const organizationList: List<OrganizationWithCount, "created_at" | "name"> = {
  id: "o.id",
  idOf: (row) => row.id,
  orders: {
    created_at: { by: "o.created_at", direction: "asc", holds: "number", of: (row) => row.created_at },
    name: { by: "o.name", direction: "asc", holds: "string", of: (row) => row.name },
  },
};

export const invitationList: List<InvitationRow, "created_at" | "email"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    created_at: { by: "created_at", direction: "desc", holds: "number", of: (row) => row.created_at },
    email: {
      by: sql`coalesce(email_key, '')`,
      direction: "asc",
      holds: "string",
      of: (row) => row.email_key ?? "",
    },
  },
};
