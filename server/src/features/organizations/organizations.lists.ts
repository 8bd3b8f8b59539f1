import { sql } from "kysely";
import { byText, highestFirst, type List, lowestFirst } from "../../platform/db/list-page.ts";
import type { InvitationRow, OrganizationWithCount } from "./organizations.queries.ts";

export const organizationList: List<OrganizationWithCount, "created_at" | "name"> = {
  id: "o.id",
  idOf: (row) => row.id,
  orders: {
    created_at: lowestFirst("o.created_at", (row) => row.created_at),
    name: byText("o.name", (row) => row.name),
  },
};

export const invitationList: List<InvitationRow, "created_at" | "email"> = {
  id: "id",
  idOf: (row) => row.id,
  orders: {
    created_at: highestFirst("created_at", (row) => row.created_at),
    email: byText(sql`coalesce(email_key, '')`, (row) => row.email_key ?? ""),
  },
};
