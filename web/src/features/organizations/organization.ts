import { useQuery } from "@tanstack/react-query";
import type { Member } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { texts } from "../../platform/texts.ts";
import { useOwnUser } from "../identity/index.ts";

export type OrganizationRole = Member["role"];

/** Most rights first. */
const roles: readonly OrganizationRole[] = ["Admin", "Manager", "Developer", "Viewer"];

/** To choose from, each with what it means. */
export function roleOptions(given: readonly OrganizationRole[] = roles) {
  return given.map((value) => ({
    value,
    label: texts.organizationRoles[value],
    about: texts.organizationRolesAbout[value],
  }));
}

export function useOrganization() {
  const { organization_id: id } = useOwnUser();
  return useQuery({ queryKey: ["organization", id], queryFn: () => client.organizations.get(id) });
}

interface OwnRights {
  /** Settings, members and their roles. */
  mayManage: boolean;
  /** Roles that one may invite people as; none for whoever may not invite. */
  invites: readonly OrganizationRole[];
}

/** What one may do to the organization that one is in; undefined until that is known. */
export function useOwnRights(): OwnRights | undefined {
  const own = useOwnUser();
  const isServerAdmin = own.role === "admin";
  const role = useQuery({
    queryKey: ["own-role", own.organization_id],
    enabled: own.role === "user" || own.role === "moderator",
    queryFn: async () => {
      const { members } = await client.organizations.members(own.organization_id, {
        q: own.username,
        limit: 100,
      });
      return members.find(({ user_id }) => user_id === own.id)?.role ?? null;
    },
  });
  if (isServerAdmin || role.data === "Admin") return { mayManage: true, invites: roles };
  if (own.role === "guest" || role.isError) return { mayManage: false, invites: [] };
  if (role.data === undefined) return undefined;
  return {
    mayManage: false,
    invites: role.data === "Manager" ? roles.filter((each) => each !== "Admin") : [],
  };
}
