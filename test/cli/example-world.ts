// Everything that the examples of --help name: a run of their id in the state that each needs, issues, a runner, proposals.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../../src/core/run.ts";
import { listProposals } from "../../src/database/proposals.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { makeSkillsFeedback } from "../../src/reports/learning.ts";
import { changeOf } from "../core/learning/sample-past.ts";
import { putPast } from "../reports/put-past.ts";
import { type CliStand, raiseCliStand } from "../support/cli-stand.ts";
import type { CliEnd } from "../support/run-cli.ts";
import { TOLD, writeHistory } from "../support/run-with-history.ts";

export type ExampleWorld = Pick<CliStand, "stop"> & {
  /** The example with something that is there in place of what it only stands for. */
  filled(line: string): Promise<string>;
  line(words: readonly string[]): Promise<CliEnd>;
};

/** Where a command does not take the run that all examples name as it is: one in this state takes its place. */
const STATES: Readonly<Record<string, Partial<Run>>> = {
  "request-open-pr": { state: "PUSHED" },
  "approve-open-pr": { state: "PUSHED" },
  "reject-open-pr": { state: "PUSHED" },
  pause: { state: "EXECUTING" },
  resume: { state: "PAUSED", pausedFrom: "EXECUTING" },
  retry: { state: "NEEDS_HUMAN", reason: "a person asked for it" },
  cancel: { state: "NEEDS_HUMAN" },
  "mark-done": { state: "NEEDS_HUMAN" },
  "run-preflight": { state: "EXECUTING" },
  "run-manager-loop": { state: "DONE" },
};

export async function raiseExampleWorld(): Promise<ExampleWorld> {
  const stand = await raiseCliStand();
  const policy = join(stand.dir, "policy.json");
  const line = (words: readonly string[]) => stand.line(words, { AGENTPR_POLICY_FILE: policy });
  writeFileSync(policy, "{}");
  await writeHistory(stand.database);
  await openIssues(stand);
  await learn(stand);
  leaveAuditLine(stand.dir);
  return { line, filled: (example) => filled({ ...stand, line }, example), stop: stand.stop };
}

async function filled(stand: CliStand, example: string): Promise<string> {
  const [, name = ""] = example.split(" ");
  const state = STATES[name];
  const run = state === undefined ? TOLD.id : (await stand.seed(state)).id;
  const written = example.replaceAll(TOLD.id, run).replace("run_1a2b", run === TOLD.id ? "run_1a2b" : run);
  if (name === "approve-open-pr") return written.replace("<code>", await codeFor(stand, run));
  const open = await listProposals(stand.database.knex, { all: false });
  // What is accepted is written beside the policy of this world; a prompt would be written into the product.
  const first = open.find(({ proposal }) => proposal.patch.kind === "policy") ?? open[0];
  return written
    .replace("<folder>", join(stand.dir, "home"))
    .replace("<id>", "runner_1")
    .replace("prop_1a2b3c4d", first?.id ?? "none");
}

async function codeFor({ line }: Pick<CliStand, "line">, run: string): Promise<string> {
  const { stdout } = await line(["request-open-pr", run, "--json"]);
  return (JSON.parse(stdout) as { confirm_token: string }).confirm_token;
}

/** Seven, so that there is one with the number of the examples. */
async function openIssues({ github }: CliStand): Promise<void> {
  const { token } = github.addUser("ada");
  for (let number = 1; number <= 7; number += 1)
    await fetch(`${github.apiUrl}/repos/octo/hello/issues`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ title: `Issue ${number}`, body: "Please." }),
    });
}

/** Attempts that speak for larger changes, what is proposed from them, and a runner. */
async function learn({ database }: CliStand): Promise<void> {
  const runner = { id: "runner_1", name: "box", version: "1", capacity: 1, approved: false };
  await saveRunner(database, database.knex, runner);
  for (const run of ["run_past1", "run_past2", "run_past3"])
    await putPast(database, { run, evidence: changeOf(7) });
  await makeSkillsFeedback(database, { limit: 100, minSamples: 3, by: "ada" });
}

function leaveAuditLine(dir: string): void {
  mkdirSync(join(dir, "reports"), { recursive: true });
  const said = { ts: new Date().toISOString(), status_code: 202, outcome: "stored" };
  writeFileSync(join(dir, "reports", "github_webhook_audit.jsonl"), `${JSON.stringify(said)}\n`);
}
