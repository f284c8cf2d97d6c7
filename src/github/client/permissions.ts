// client: requests to GitHub under tokens that name one repository and the least permission for what is done.
// This table is the whole of what is ever minted; docs/design.md shows it.

export type Level = "read" | "write";
export type Permission =
  | "actions"
  | "checks"
  | "contents"
  | "issues"
  | "metadata"
  | "pull_requests"
  | "statuses";
export type Permissions = { readonly [P in Permission]?: Level };

/** Purpose → what its token may do. `metadata: read` comes with every token. */
export const PERMISSIONS = {
  find_repository: { metadata: "read" },
  read_role: { metadata: "read" },
  read_settings: { contents: "read" },
  read_issue: { issues: "read" },
  comment: { issues: "write" },
  react: { issues: "write" },
  write_check: { checks: "write" },
  read_pull: { pull_requests: "read" },
  create_pull: { pull_requests: "write" },
  ready_pull: { pull_requests: "write", contents: "write" },
  answer_review: { pull_requests: "write" },
  resolve_thread: { pull_requests: "write", contents: "write" },
  read_checks: { checks: "read", statuses: "read", actions: "read", contents: "read" },
  rerun_checks: { actions: "write" },
  explain_checks: { checks: "read", actions: "read" },
  read_contents: { contents: "read" },
  push: { contents: "write" },
} as const satisfies Record<string, Permissions>;
export type Purpose = keyof typeof PERMISSIONS;

/** What the app does without, unless the operator has granted more than its manifest asks for. */
const ON_GRANT: ReadonlySet<Purpose> = new Set(["rerun_checks"]);

export const PURPOSES = (Object.keys(PERMISSIONS) as Purpose[]).filter((purpose) => !ON_GRANT.has(purpose));

/** What the installation must grant so that every purpose can be minted: the strongest level of each. */
export function neededPermissions(): Permissions {
  const needed: Partial<Record<Permission, Level>> = { metadata: "read" };
  for (const purpose of PURPOSES)
    for (const [name, level] of Object.entries(PERMISSIONS[purpose]) as [Permission, Level][])
      if (needed[name] !== "write") needed[name] = level;
  return needed;
}
