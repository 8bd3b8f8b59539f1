import type { OwnUser } from "../../../sdk/src/index.ts";
import { type AdminSection, adminSections } from "../platform/address.ts";

/** What a server role opens; moderators read the trail. The server refuses everybody else anyway. */
export function adminSectionsOf(role: OwnUser["role"]): readonly AdminSection[] {
  if (role === "admin") return adminSections;
  return role === "moderator" ? ["audit"] : [];
}
