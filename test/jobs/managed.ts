// A run that the manager decides on, on a real database, with a model that answers as it is told and a GitHub that is only read.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManagerPort, Question, QuestionName } from "../../src/core/manager-question.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { Database } from "../../src/database/connect.ts";
import { insertRun } from "../../src/database/runs.ts";
import type { Manager, SharedContext } from "../../src/jobs/context.ts";
import type { GitHubPort, GitPort, Target, TextsPort } from "../../src/jobs/ports.ts";
import { runIn } from "../core/sample-run.ts";
import { testWorld } from "../support/world.ts";

type Says = (question: Question<QuestionName>) => unknown;

/** A model that answers by `says`; what it says as an error is a failure. */
export function modelThat(says: Says): ManagerPort & { asked: Question<QuestionName>[] } {
  const asked: Question<QuestionName>[] = [];
  const usage = { ...NO_USAGE, inputTokens: 300, outputTokens: 40 };
  const port = {
    ...{ model: "m", endpoint: "http://127.0.0.1/v1", asked },
    ask: async (question: Question<QuestionName>) => {
      asked.push(question);
      const answer = says(question);
      return answer instanceof Error
        ? { kind: "failed" as const, why: answer.message, usage }
        : { kind: "answered" as const, answer, usage };
    },
  };
  return port as ManagerPort & { asked: Question<QuestionName>[] };
}

/** Reads nothing but what an attempt is ordered with; `broken` is what asking for it throws. */
function readOnlyGitHub(broken: () => Error | null): GitHubPort {
  const port = {
    readSettings: async () => {
      const error = broken();
      if (error !== null) throw error;
      return { kind: "none" as const };
    },
    counted: <T>(work: () => Promise<T>) => work(),
    readReach: async ({ owner, repo }: Target) => {
      const { repositoryId } = runIn("EXECUTING");
      return { ok: true as const, owner, repo, repositoryId, private: false, archived: false };
    },
    botIdentity: async () => ({ name: "agentpr[bot]", email: "1+agentpr[bot]@users.noreply.github.com" }),
    cloneUrl: ({ owner, repo }: { owner: string; repo: string }) => `https://github.com/${owner}/${repo}.git`,
  };
  return port as unknown as GitHubPort;
}

type Options = { manager: Manager; policy?: Partial<Policy>; broken?: () => Error | null };

export function contextOn(
  database: Database,
  { manager, policy, broken = () => null }: Options,
): SharedContext {
  return {
    world: testWorld(database),
    reaches: { direct: { github: readOnlyGitHub(broken), git: {} as GitPort }, fork: null },
    texts: {} as TextsPort,
    manager,
    dataDir: mkdtempSync(join(tmpdir(), "agentpr-managed-")),
    policyFor: () => ({ ...DEFAULT_POLICY, ...policy }),
    requireApprovedRunners: false,
    promptFor: () => "Do it.",
    promptVersion: null,
  };
}

export async function withRun(database: Database, more: Partial<Run> = {}): Promise<Run> {
  const run = runIn("EXECUTING", { id: "run_1", changeId: null, changeSha: null, ...more });
  await insertRun(database, database.knex, run);
  return run;
}
