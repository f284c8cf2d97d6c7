import type { Hub } from "./hub.ts";
import { timestamp } from "./hub.ts";
import { renderCheckRun, renderCheckSuite } from "./render/check.ts";
import type { CheckRun, CheckSuite } from "./store/checks.ts";
import type { Repository, User } from "./store/identity.ts";
import { where } from "./store/store.ts";
import { emit } from "./webhooks.ts";

export function createSuite(
  hub: Hub,
  input: {
    repository: Repository;
    appId: number;
    headSha: string;
    headBranch: string | null;
    before?: string | null;
  },
): CheckSuite {
  const at = timestamp(hub);
  const suite: CheckSuite = {
    id: hub.nextId(),
    repositoryId: input.repository.id,
    appId: input.appId,
    headSha: input.headSha,
    headBranch: input.headBranch,
    before: input.before ?? null,
    createdAt: at,
    updatedAt: at,
  };
  hub.store.checkSuites.set(suite.id, suite);
  return suite;
}

/** An app has one suite per commit, made on push or with its first check run. */
export function suiteFor(hub: Hub, repository: Repository, appId: number, headSha: string): CheckSuite {
  const [known] = where(
    hub.store.checkSuites,
    (row) => row.repositoryId === repository.id && row.appId === appId && row.headSha === headSha,
  );
  const branch = [...repository.refs].find(
    ([ref, sha]) => sha === headSha && ref.startsWith("refs/heads/"),
  )?.[0];
  return (
    known ??
    createSuite(hub, { repository, appId, headSha, headBranch: branch?.slice("refs/heads/".length) ?? null })
  );
}

export async function emitCheckRun(
  hub: Hub,
  told: {
    repository: Repository;
    run: CheckRun;
    action: string;
    sender: User;
    extra?: Record<string, unknown>;
  },
): Promise<void> {
  const { repository, run, action, sender, extra = {} } = told;
  const suite = hub.store.checkSuites.get(run.suiteId);
  const check_suite = suite ? await renderCheckSuite(hub, suite) : { id: run.suiteId };
  const payload = { action, check_run: { ...renderCheckRun(hub, run), check_suite }, ...extra };
  emit(hub, { event: "check_run", repository, sender, payload });
}

export async function emitCheckSuite(
  hub: Hub,
  told: { repository: Repository; suite: CheckSuite; action: string; sender: User },
): Promise<void> {
  const { repository, suite, action, sender } = told;
  const payload = { action, check_suite: await renderCheckSuite(hub, suite) };
  emit(hub, { event: "check_suite", repository, sender, payload });
}
