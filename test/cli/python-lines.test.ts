import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { SHAPES, type Shape } from "../../src/cli/print-json.ts";
import { createProgram } from "../../src/cli/program.ts";
import type { Run } from "../../src/core/run.ts";
import { wordsOf } from "../support/cli-here.ts";
import { type CliStand, raiseCliStand } from "../support/cli-stand.ts";
import { CLI_MAIN, type CliEnd } from "../support/run-cli.ts";
import { writeHistory } from "../support/run-with-history.ts";

jest.setTimeout(60_000);

let stand: CliStand;
/** Asks the whole machine, so it goes on beside the other lines. */
let doctor: Promise<CliEnd>;
beforeAll(async () => {
  stand = await raiseCliStand();
  const settings = ["--settings-file", `${stand.dir}/empty.env`];
  doctor = started([...settings, "doctor", "--require-codex", "--json"]);
  stand.github.addUser("mem0ai", { type: "Organization" });
  await stand.github.addRepository({ owner: "mem0ai", name: "mem0" });
  stand.github.install("mem0ai");
  await writeHistory(stand.database);
});
afterAll(async () => {
  await doctor;
  await stand.stop();
});

async function started(args: readonly string[]): Promise<CliEnd> {
  const how = { env: stand.env, extendEnv: false, reject: false, timeout: 55_000 } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI_MAIN, ...args], how);
  return { exitCode, stdout, stderr };
}

/** The line as the Python version's documents have it, the state of its run, and what is promised. */
type Line = [line: string, run: Partial<Run>, shape: Shape, promised: object];
const PUSHED = {};
const DONE = { state: "DONE" } as const;
const REPLY = "agentpr.reply.v1";
const data = (promised: object) => ({ data: expect.objectContaining(promised) });

const LINES: readonly Line[] = [
  ["init-db", PUSHED, REPLY, data({ dialect: "sqlite", migrations: [] })],
  [
    "install-skills --install-curated-ci",
    PUSHED,
    REPLY,
    data({ results: [1, 2, 3].map(() => expect.objectContaining({ result: "installed" })) }),
  ],
  [
    "skills-status",
    PUSHED,
    REPLY,
    data({ skills: [1, 2, 3].map(() => expect.objectContaining({ status: "installed" })) }),
  ],
  [
    "create-run --owner mem0ai --repo mem0 --prompt-version v1",
    PUSHED,
    REPLY,
    { facts: told("request", "Integrate Forge as a model provider"), ...data({ state: "QUEUED" }) },
  ],
  ["list-runs --limit 1", PUSHED, REPLY, data({ runs: [expect.anything()] })],
  ["list-runs", PUSHED, REPLY, data({ runs: expect.arrayContaining([expect.anything()]) })],
  [
    "run-manager-loop --run-id $RUN_ID --decision-mode hybrid --skills-mode agentpr_autonomous --codex-sandbox danger-full-access --interval-sec 30 --max-loops 20",
    DONE,
    "agentpr.manager_tick.v1",
    { dry_run: false, failed_count: 0 },
  ],
  [
    "manager-tick --run-id $RUN_ID --decision-mode hybrid --dry-run",
    PUSHED,
    "agentpr.manager_tick.v1",
    { dry_run: true, run_count: 1, failed_count: 0 },
  ],
  [
    "manager-tick --run-id $RUN_ID --decision-mode hybrid --skills-mode agentpr_autonomous",
    PUSHED,
    "agentpr.manager_tick.v1",
    { dry_run: false, run_count: 1, failed_count: 0 },
  ],
  [
    "show-run --run-id $RUN_ID",
    PUSHED,
    REPLY,
    data({ run: expect.objectContaining({ state: "PUSHED" }), artifacts: [], journal: expect.any(Array) }),
  ],
  [
    "inspect-run --run-id $RUN_ID",
    PUSHED,
    REPLY,
    data({
      attempts: [expect.objectContaining({ grade: "PASS" })],
      events: expect.any(Array),
      log_tails: [],
    }),
  ],
  ["inspect-run --run-id $RUN_ID --include-log-tails", PUSHED, REPLY, data({ log_tails: expect.any(Array) })],
  ["analyze-worker-output --run-id run_1a2b3c4d5e6f", PUSHED, REPLY, data({ rules: expect.any(Array) })],
  [
    "get-global-stats",
    PUSHED,
    "agentpr.global_stats.v1",
    {
      total: expect.objectContaining({
        pass_rate_pct: 100,
        grades: expect.objectContaining({ PASS: expect.any(Number) }),
      }),
    },
  ],
  ["run-bottlenecks --limit 20", PUSHED, "agentpr.run_bottlenecks.v1", { slowest_runs: expect.any(Array) }],
  ["pause --run-id $RUN_ID", { state: "EXECUTING" }, REPLY, data({ state: "PAUSED" })],
  [
    "resume --run-id $RUN_ID --target-state EXECUTING",
    { state: "PAUSED", pausedFrom: "EXECUTING" },
    REPLY,
    data({ state: "EXECUTING" }),
  ],
  [
    "retry --run-id $RUN_ID --target-state EXECUTING",
    { state: "NEEDS_HUMAN" },
    REPLY,
    data({ state: "EXECUTING" }),
  ],
  ["skills-metrics --limit 200", PUSHED, "agentpr.skills_metrics.v1", { attempts: expect.any(Number) }],
  ["skills-feedback --limit 300", PUSHED, "agentpr.skills_feedback.v1", { report_path: expect.any(String) }],
  ["sync-github --loop --interval-sec 120 --max-loops 1", PUSHED, "agentpr.sync.v1", { failures: [] }],
];

function told(label: string, value: string) {
  return expect.arrayContaining([{ label, value }]);
}

test.each(LINES.map((line, at) => [...line, at] as const))("%s", async (line, run, shape, promised, at) => {
  const { id } = await stand.seed(run);
  const words = wordsOf(line.replaceAll("$RUN_ID", id));

  // Global flags stand before the command in one line, and after it in the next.
  const end = await stand.line(at % 2 === 0 ? ["--json", ...words] : [...words, "--json"]);

  expect({ exitCode: end.exitCode, stderr: end.stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(end.stdout)).toMatchObject({ version: shape, ok: true, ...promised });
});

test("doctor --require-codex looks at Codex as well, and its exit code says what came of it", async () => {
  const { exitCode, stdout } = await doctor;
  const report = JSON.parse(stdout) as { version: string; ok: boolean; checks: { name: string }[] };

  expect(report.version).toBe("agentpr.doctor.v1");
  expect(report.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(["codex", "database"]));
  expect(exitCode).toBe(report.ok ? 0 : 4);
});

test("request-open-pr gives a code, and approve-open-pr takes it once, with --confirm alone", async () => {
  const { id } = await stand.seed();
  const request = await stand.line(
    wordsOf(`--json request-open-pr --run-id ${id} --title "feat(scope): all"`),
  );
  const { confirm_token: code } = JSON.parse(request.stdout) as { confirm_token: string };
  const approve = ["approve-open-pr", "--run-id", id, "--confirm-token", code];
  const [unmeant, meant] = [await stand.line(approve), await stand.line([...approve, "--confirm"])];

  expect([request.exitCode, unmeant.exitCode, meant.exitCode]).toEqual([0, 2, 0]);
  expect(meant.stdout).toContain("the pull request is being opened");
  expect((await stand.line([...approve, "--confirm"])).exitCode).toBe(1);
});

test("run-agent-step understands every flag, and says why it does not begin", async () => {
  const { id } = await stand.seed();
  const flags = [
    "--codex-sandbox workspace-write --codex-model m --no-codex-full-auto --max-agent-seconds 900",
    "--allow-agent-push --allow-read-path /usr/share --max-changed-files 6 --max-added-lines 120",
    "--skills-mode agentpr --allow-missing-skills --max-retryable-attempts 3 --min-test-commands 1",
    "--runtime-grading-mode hybrid --skip-preflight --skip-doctor",
  ].join(" ");
  const end = await stand.line(["run-agent-step", "--run-id", id, ...wordsOf(flags), "--json"]);

  expect(end.exitCode).toBe(1);
  expect(end.stderr).toContain("the run is PUSHED");
  expect(JSON.parse(end.stdout)).toMatchObject({ version: "agentpr.failure.v1", ok: false, exit_code: 1 });
});

test("run-preflight --codex-sandbox looks at the run's repository", async () => {
  const { id } = await stand.seed();
  const line = `run-preflight --run-id ${id} --codex-sandbox danger-full-access --skip-network-check --json`;
  const end = await stand.line(wordsOf(line));

  expect(JSON.parse(end.stdout)).toMatchObject({
    version: "agentpr.preflight.v1",
    checks: expect.arrayContaining([expect.objectContaining({ name: "policy.codex_sandbox" })]),
  });
});

test.each(["before", "after"])("every global flag is taken %s the command", async (where) => {
  const globals = [
    "--json",
    "--skip-doctor",
    "--db",
    stand.database.url,
    "--policy-file",
    `${stand.dir}/p.json`,
  ];
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`${stand.dir}/p.json`, '{"run_agent_step": {"max_changed_files": 9}}');
  const command = ["policy", "show", "--repo", "octo/hello", "--offline"];
  const end = await stand.line(where === "before" ? [...globals, ...command] : [...command, ...globals]);

  expect(JSON.parse(end.stdout)).toMatchObject({
    version: "agentpr.policy.v1",
    values: expect.arrayContaining([expect.objectContaining({ key: "max_changed_files", value: 9 })]),
  });
});

/** These serve until they are stopped; test/cli/app-process.test.ts and test/telegram start them. */
test.each([
  ["run-github-webhook --host 0.0.0.0 --port 8787"],
  ["sync-github --loop --interval-sec 120"],
  ["run-telegram-bot --allow-chat-id 1 --write-chat-id 2 --admin-chat-id 3"],
  ["run-manager-loop --prompt-file p.md --manager-model m --manager-timeout-sec 20"],
])("%s is understood", async (line) => {
  const [name = "", ...words] = wordsOf(line);
  const command = (await createProgram([name])).commands.find((each) => each.name() === name);

  expect(command?.parseOptions(words)).toEqual({ operands: [], unknown: [] });
});

test("every shape that is promised here is one that docs/json.md explains", () => {
  expect(LINES.filter(([, , shape]) => !SHAPES.includes(shape))).toEqual([]);
});
