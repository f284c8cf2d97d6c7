import type { AttemptReport } from "../../src/core/attempt.ts";
import { templateAt } from "../../src/git/read-template.ts";
import type { Workspace } from "../workspace/provision.ts";

/** The target's own pull request template at the base commit, chosen by what the change is about. */
export async function readPullTemplate(
  { gitDir, home, baseSha }: Workspace,
  title: string,
  signal: AbortSignal,
): Promise<AttemptReport["pullTemplate"]> {
  const found = await templateAt({ gitDir, home, signal, commit: baseSha, title });
  return found.ok ? found.value : null;
}
