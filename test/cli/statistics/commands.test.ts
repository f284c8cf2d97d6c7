import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { connect } from "../../../src/database/connect.ts";
import { migrate } from "../../../src/database/migrations.ts";
import { changeOf } from "../../core/learning/sample-past.ts";
import { putPast } from "../../reports/put-past.ts";
import { testCli } from "../../support/run-cli.ts";

const cli = testCli();
let policy = "";

beforeAll(async () => {
  const database = connect(`sqlite:${join(cli.folder(), "agentpr.db")}`);
  await migrate(database);
  for (const [at, files] of [7, 8, 7, 1].entries())
    await putPast(database, { run: `run_${at}`, evidence: changeOf(files) });
  await database.close();
  policy = join(cli.folder(), "policy.json");
  await writeFile(policy, "{}");
});

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await cli.run([...args, "--json", "--policy-file", policy]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("statistics and bottlenecks are one object with a version, and text for a person", async () => {
  const stats = await json("get-global-stats", "--since", "4w", "--by", "week");
  const times = await json("run-bottlenecks", "--limit", "2");
  const text = await cli.run(["get-global-stats"]);

  expect(stats).toMatchObject({
    ok: true,
    version: "agentpr.global_stats.v1",
    total: { runs: 4, attempts: 4 },
  });
  expect(times).toMatchObject({ ok: true, version: "agentpr.run_bottlenecks.v1", scanned_runs: 4 });
  expect(times.slowest_runs).toHaveLength(2);
  expect(text).toMatchObject({ exitCode: 0, stderr: "" });
  expect(text.stdout).toContain("4 runs with 4 attempts, of all time");
});

test.each([
  [["get-global-stats", "--since", "soon"], '"soon" is no time'],
  [["get-global-stats", "--by", "weather"], "weather"],
  [["run-bottlenecks", "--limit", "none"], '"none" is no number for --limit'],
  [["skills-feedback", "--min-samples", "0"], '"0" is no number for --min-samples'],
  [["proposals", "reject", "prop_1"], "--reason"],
])("%j is wrong usage, and says what is wrong", async (args, words) => {
  const end = await cli.run(args);

  expect(end.exitCode).toBe(2);
  expect(end.stderr).toContain(words);
});

test("from feedback to a proposal, its replay, and a new version of the policy that nobody has in force yet", async () => {
  expect((await cli.run(["skills-metrics"])).stdout).toContain("diff_budget_exceeded (3)");
  const feedback = await json("skills-feedback", "--limit", "300");
  const { proposals } = (await json("proposals", "list")) as {
    proposals: { id: string; proposal: { title: string } }[];
  };
  const id = proposals.find(({ proposal }) => proposal.title.startsWith("max_changed_files"))?.id ?? "";
  const shown = await cli.run(["proposals", "show", id]);
  const accepted = await json("proposals", "accept", id.slice(0, 9));

  expect(await readFile(String(feedback.markdown_path), "utf8")).toContain(
    `- \`${id}\` (open): max_changed_files`,
  );
  expect(JSON.parse(await readFile(String(feedback.report_path), "utf8"))).toMatchObject({
    ...{ version: "agentpr.skills_feedback.v1", input_summary: { attempts: 4, min_samples: 3 } },
  });
  expect(shown.stdout).toContain(
    "of 4 past attempts 3 would have come out differently: 3 would pass, 0 would not",
  );
  expect(shown.stdout).toContain("it lets more through than before");
  expect(accepted).toMatchObject({ ok: true, id, written: "2", file: join(cli.folder(), "policy.2.json") });
  expect(await readFile(policy, "utf8")).toBe("{}");
  expect((await cli.run(["proposals", "show", id])).stdout).toContain("no attempt has run under it yet");
  expect(await cli.run(["proposals", "accept", id])).toMatchObject({ exitCode: 1 });
});

test("a proposal that was rejected is not proposed again, and one that is not there is not found", async () => {
  await json("skills-feedback");
  const open = (await json("proposals", "list")) as { proposals: { id: string }[] };
  const [first] = open.proposals;

  const rejected = await cli.run(["proposals", "reject", first?.id ?? "", "--reason", "said already"]);
  await json("skills-feedback");
  const left = (await json("proposals", "list")) as { proposals: { id: string }[] };
  const missing = await cli.run(["proposals", "show", "prop_none"]);

  expect(rejected).toMatchObject({ exitCode: 0 });
  expect(left.proposals).toHaveLength(open.proposals.length - 1);
  expect((await cli.run(["proposals", "list", "--all"])).stdout).toContain("rejected");
  expect(missing).toMatchObject({ exitCode: 3 });
});
