// Who there is, what they hold and where: people, tokens, installations, repositories.

export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type Level = "read" | "write";
export type Permissions = Readonly<Record<string, string>>;

export type User = { id: number; login: string; type: "User" | "Bot" | "Organization"; createdAt: string };

export type Token =
  /** Scopes of a classic token; a fine-grained one has none and reaches its owner's repositories only. */
  | { kind: "user"; value: string; login: string; scopes: readonly string[] | "fine-grained" }
  | {
      kind: "installation";
      value: string;
      installationId: number;
      repositoryIds: readonly number[] | "all";
      permissions: Permissions;
      expiresAt: number;
    };

export type Installation = {
  id: number;
  account: string;
  repositoryIds: number[] | "all";
  permissions: Permissions;
  events: readonly string[];
  suspendedAt: string | null;
  createdAt: string;
};

export type Label = { id: number; name: string; color: string; description: string | null };

export type Repository = {
  id: number;
  owner: string;
  name: string;
  formerNames: string[];
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  gitDir: string;
  parentId: number | null;
  collaborators: Map<string, Role>;
  labels: Map<string, Label>;
  /** Names of checks that must pass before the default branch takes a merge. */
  requiredChecks: readonly string[];
  upToDate: boolean;
  /** Branches and tags as last seen; a difference to the bare repository is what a push changed. */
  refs: Map<string, string>;
  nextNumber: number;
  nextRunNumber: number;
  createdAt: string;
  pushedAt: string;
  updatedAt: string;
};
