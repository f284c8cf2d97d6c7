import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readStepFlags, type StepOptions } from "../../src/cli/agent-step-flags.ts";
import { viewOf } from "../../src/cli/live-view.ts";

const folder = mkdtempSync(join(tmpdir(), "agentpr-flags-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(options: Partial<StepOptions>) {
  return readStepFlags({ codexFullAuto: true, allowReadPath: [], ...options });
}

test("nothing given changes nothing", () => {
  expect(read({})).toEqual({ policy: {}, packet: null, journaled: [], notices: [] });
});

test("flags go over the policy", () => {
  const { policy } = read({
    ...{ codexSandbox: "workspace-write", codexModel: "gpt-x", maxAgentSeconds: "60", maxChangedFiles: "3" },
    ...{ maxAddedLines: "0", maxRetryableAttempts: "2", minTestCommands: "2" },
    ...{ runtimeGradingMode: "rules", skillsMode: "agentpr" },
  });

  expect(policy).toEqual({
    ...{
      codex_sandbox: "workspace-write",
      codex_model: "gpt-x",
      max_agent_seconds: 60,
      max_changed_files: 3,
    },
    ...{ max_added_lines: 0, max_retryable_attempts: 2, min_test_commands: 2 },
    ...{ runtime_grading_mode: "rules", skills_mode: "agentpr" },
  });
});

test.each([
  ["a number that is none", { maxAgentSeconds: "soon" }, /--max-agent-seconds soon/],
  ["an empty number", { maxAddedLines: "" }, /--max-added-lines {2}is not usable/],
  ["a negative number", { maxChangedFiles: "-1" }, /--max-changed-files -1/],
  ["a mode that does not exist", { skillsMode: "all" }, /--skills-mode all/],
  ["a dirty work tree", { allowDirtyWorktree: true }, /--allow-dirty-worktree is refused/],
  ["missing skills where none are wanted", { allowMissingSkills: true, skillsMode: "off" }, /means nothing/],
  [
    "a packet that is not there",
    { taskPacketFile: join(folder, "none.md") },
    /cannot be used as a task packet/,
  ],
] as const)("%s is refused with wrong usage", (_title, options, what) => {
  expect(() => read(options)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(what), exitCode: 2 }),
  );
});

test.each(["soon", "-1", "1.5", ""])("the number “%s” is refused with what it must be", (maxAgentSeconds) => {
  expect(() => read({ maxAgentSeconds })).toThrow(
    expect.objectContaining({ why: expect.stringMatching(/^it must be a whole number/) }),
  );
});

test("what waives a safeguard is journaled", () => {
  const all = { skipPreflight: true, skipDoctor: true, allowAgentPush: true, allowMissingSkills: true };

  expect(read(all).journaled).toEqual([
    ...["--skip-preflight", "--skip-doctor", "--allow-agent-push", "--allow-missing-skills"],
  ]);
});

test.each([
  [{ allowAgentPush: true }, /the agent still cannot push/],
  [{ codexFullAuto: false }, /is denied, as it is without the flag/],
  [{ maxAgentSeconds: "0" }, /silence_seconds still ends/],
])("a flag that means something else here says so: %j", (options, words) => {
  expect(read(options).notices).toEqual([expect.stringMatching(words)]);
});

test.each([
  ["extra.md", "Mind the **old** name.\n", { instructions: ["Mind the **old** name."] }],
  ["extra.json", '{"constraints": ["no network"]}', { constraints: ["no network"] }],
])("a task packet %s is added for the worker", (name, text, told) => {
  writeFileSync(join(folder, name), text);

  expect(read({ taskPacketFile: join(folder, name) }).packet).toMatchObject(told);
});

test.each([
  ["broken.json", "{", /is not JSON/],
  ["unknown.json", '{"provider": "x"}', /these may be set/],
  ["empty.md", " \n", /is empty/],
  ["long.md", "x".repeat(20_001), /may have 20000 characters/],
])("a task packet %s is refused", (name, text, why) => {
  writeFileSync(join(folder, name), text);

  expect(() => read({ taskPacketFile: join(folder, name) })).toThrow(
    expect.objectContaining({ why: expect.stringMatching(why) }),
  );
});

test("the live view fits its line, and an agent's command cannot steer the terminal", () => {
  const seen = { stage: "codex", command: "printf '\u001b[2J\u202e'", commands: 3, tokens: 1_200 };

  expect(viewOf(seen, 120)).toBe("codex  3 commands  1200 tokens  printf ' [2J '");
  expect(viewOf(seen, 40)).toHaveLength(30);
});
