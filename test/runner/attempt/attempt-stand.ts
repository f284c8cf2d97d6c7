import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Conversation } from "../../../demo/model/conversation.ts";
import { type ScriptedModel, startScriptedModel } from "../../../demo/model/scripted-model.ts";
import { attemptJob } from "../../../runner/attempt/attempt-job.ts";
import type { RunnerSettings } from "../../../runner/attempt/settings.ts";
import { codexVendorFolder } from "../../../runner/codex/codex-package.ts";
import type { Outcome } from "../../../src/core/job.ts";
import { AttemptSpec } from "../../../src/core/packet.ts";
import { Policy } from "../../../src/core/policy.ts";
import { type Attempt, listAttempts } from "../../../src/database/attempts.ts";
import { claimJob } from "../../../src/database/jobs.ts";
import { insertRun } from "../../../src/database/runs.ts";
import { enqueue } from "../../../src/engine/enqueue.ts";
import { holdLease } from "../../../src/engine/lease.ts";
import type { World } from "../../../src/engine/world.ts";
import { runIn } from "../../core/sample-run.ts";
import { IDENTITY, type Stand } from "../../support/workspace.ts";

export const RUN = "run_sample";
export const BRANCH = "agentpr/planted";

export type AttemptStand = {
  world: World;
  model: ScriptedModel;
  /** Claims the next attempt and carries it out on the runner of that name: another name is another machine. */
  attempt(runner: string, change?: Partial<AttemptSpec>): Promise<{ outcome: Outcome; attempt: Attempt }>;
};

/** Attempts with everything real: database, git over HTTP, the box, Codex. Only the model follows a script. */
export async function attemptStand(
  world: World,
  target: Stand,
  { bwrap, conversation }: { bwrap: string; conversation: Conversation },
): Promise<AttemptStand> {
  const model = await startScriptedModel(conversation);
  const run = runIn("EXECUTING", { id: RUN, epoch: 1, attempts: 0, changeId: null, changeSha: null });
  await world.database.transaction((trx) => insertRun(world.database, trx, run));
  let number = 0;
  const attempt: AttemptStand["attempt"] = async (runner, change = {}) => {
    number += 1;
    const settings = settingsOf(target, { name: runner, bwrap, model });
    await ask(world, { ...specFor(target, number), ...change });
    return carryOut(world, settings);
  };
  return { world, model, attempt };
}

async function ask(world: World, spec: AttemptSpec): Promise<void> {
  const key = `attempt:${spec.attempt}`;
  await world.database.transaction((trx) =>
    enqueue(world, trx, { kind: "attempt", runId: RUN, payload: spec, key, once: "ever" }),
  );
}

async function carryOut(world: World, settings: RunnerSettings) {
  const order = { lane: "runner", worker: settings.name, leaseMs: 30_000, repositoryCap: 2 } as const;
  const job = await claimJob(world.database, order);
  if (job === null) throw new Error("there is no attempt to claim");
  const claim = { jobId: job.id, claimId: job.claimId };
  const lease = holdLease(world, claim, new AbortController().signal);
  const outcome = await attemptJob(world, settings, { job, lease });
  await lease.release();
  const attempt = (await listAttempts(world.database.knex, RUN)).at(-1);
  if (attempt === undefined) throw new Error("the attempt left no row");
  return { outcome, attempt };
}

type Machine = { name: string; bwrap: string; model: ScriptedModel };

function settingsOf({ root }: Stand, { name, bwrap, model }: Machine): RunnerSettings {
  const dir = join(root, name);
  const place = (folder: string) => join(dir, folder);
  for (const folder of ["runs", "cache", "data"]) mkdirSync(place(folder), { recursive: true });
  return {
    name,
    baseDir: place("runs"),
    cacheDir: place("cache"),
    dataDir: place("data"),
    codex: { path: join(codexVendorFolder() ?? "", "bin/codex"), source: "package", version: "real" },
    provider: {
      kind: "api_key",
      name: "scripted",
      baseUrl: model.url,
      keyEnv: "KEY",
      key: model.key,
      model: "gpt-scripted",
      wireApi: "responses",
      query: {},
      headers: {},
    },
    isolation: { kind: "box", bwrap },
    allowUnboxed: false,
    templates: {},
    overrides: [],
    path: "/usr/local/bin:/usr/bin:/bin",
    toolPaths: [],
    knownSecrets: [model.key],
  };
}

function specFor(target: Stand, attempt: number): AttemptSpec {
  const policy = Policy.parse({ verify_mode: "off", box_limits: { processes: 2_000 } });
  const request = { title: "Add a thing", body: "Please.", author: "ada", issue: 5 };
  const budget = { maxChangedFiles: 6, maxAddedLines: 120, maxAgentSeconds: 900 };
  return AttemptSpec.parse({
    runId: RUN,
    attempt,
    epoch: 1,
    failedInRow: 0,
    clone: { url: target.url, host: "127.0.0.1", repositoryId: 7, owner: "octo", repo: "target" },
    base: { branch: "main", sha: target.baseSha },
    from: null,
    threadId: null,
    promptVersion: "issue",
    prompt: "Do it.",
    packet: {
      version: "agentpr.task_packet.v2",
      run: { id: RUN, owner: "octo", repo: "target", attempt, purpose: "execute" },
      request,
      failures: [],
      feedback: [],
      instructions: [`this is attempt number ${attempt}`],
      budget,
    },
    policy,
    seal: { branch: BRANCH, ...IDENTITY, signOff: false, trailers: [] },
  });
}
