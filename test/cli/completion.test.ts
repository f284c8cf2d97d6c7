import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { completions, SCRIPTS, SHELLS } from "../../src/cli/completion.ts";
import { testCli } from "../support/run-cli.ts";

const cli = testCli();
const KNOWN = {
  commands: ["list-runs", "logs", "pause"],
  options: ["--run-id", "--reason"],
  runs: ["run_aa", "run_ab", "run_b"],
  takesRun: true,
};

test.each([
  ["a command", ["l"], ["list-runs", "logs"]],
  ["a global option", ["--j"], ["--json"]],
  ["an option of the command", ["pause", "--re"], ["--reason"]],
  ["a run in its place", ["pause", "run_a"], ["run_aa", "run_ab"]],
  ["a run after --run-id", ["pause", "--run-id", "run_b"], ["run_b"]],
])("%s is completed", (_what, words, found) => expect(completions(words, KNOWN)).toEqual(found));

test("where a command takes no run none is offered", () => {
  expect(completions(["list-runs", ""], { ...KNOWN, takesRun: false })).toEqual([]);
});

test.each(SHELLS)("%s is told how to ask", async (shell) => {
  expect(await cli.run(["completion", shell])).toMatchObject({ exitCode: 0, stdout: SCRIPTS[shell] });
});

test("bash understands its script", async () => {
  expect(await execa("bash", ["-n"], { input: SCRIPTS.bash })).toMatchObject({ exitCode: 0 });
});

test("the shell's question is answered from the commands that there are, without a database too", async () => {
  const commands = await cli.run(["completion", "--words", "--", "list"]);
  const options = await cli.run(["completion", "--words", "--", "inspect-run", "--inc"]);
  const runs = await cli.run(["completion", "--words", "--", "pause", "run_"]);

  expect(commands.stdout).toBe("list-runs");
  expect(options.stdout).toBe("--include-log-tails");
  expect(runs).toMatchObject({ exitCode: 0, stdout: "" });
});

test("an unknown shell is wrong usage", async () => {
  expect(await cli.run(["completion", "tcsh"])).toMatchObject({ exitCode: 2 });
});
