import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { grants } from "./access.ts";
import type { Actor } from "./actor.ts";
import { gitEnvironment } from "./git/run-git.ts";
import type { Hub } from "./hub.ts";

/** The only hook there is, and not the repository's own: it runs for pushers who may not write workflows. */
const PRE_RECEIVE = `#!/bin/sh
while read -r old new ref; do
  case "$new" in *[!0]*) ;; *) continue ;; esac
  file=$(git log --format= --name-only "$new" --not --all -- .github/workflows | head -n 1)
  if [ -n "$file" ]; then
    echo "refusing to allow $PUSHER to create or update workflow '$file' without $NEEDED" >&2
    exit 1
  fi
done
`;

export async function writeGuard(dir: string): Promise<void> {
  await mkdir(folderOf(dir), { recursive: true });
  await writeFile(join(folderOf(dir), "pre-receive"), PRE_RECEIVE, { mode: 0o755 });
}

/** Git's environment for serving this actor: with the guard, unless they may write workflows. */
export function receivingEnvironment(hub: Hub, actor: Actor): Record<string, string> {
  const app = actor.kind === "installation";
  return {
    ...gitEnvironment({ name: "GitHub", email: "noreply@github.com" }),
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.hooksPath",
    GIT_CONFIG_VALUE_0: mayWriteWorkflows(actor) ? "/dev/null" : folderOf(hub.dir),
    PUSHER: app ? "a GitHub App" : "a Personal Access Token",
    NEEDED: app ? "'workflows' permission" : "'workflow' scope",
  };
}

function mayWriteWorkflows(actor: Actor): boolean {
  if (actor.kind === "installation") return grants(actor.permissions, "workflows", "write");
  return actor.kind === "user" && actor.scopes.includes("workflow");
}

function folderOf(dir: string): string {
  return join(dir, "hooks");
}
