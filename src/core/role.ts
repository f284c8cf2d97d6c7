/** A person's role on a repository, weakest first. */
export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What GitHub says with somebody's words, where their role cannot be asked for; private members count as strangers. */
const ROLE_OF_ASSOCIATION: Readonly<Record<string, Role>> = {
  OWNER: "admin",
  MEMBER: "write",
  COLLABORATOR: "write",
};

export function roleOfAssociation(association: string | undefined): Role {
  return ROLE_OF_ASSOCIATION[association ?? ""] ?? "none";
}

export function isRoleAtLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
