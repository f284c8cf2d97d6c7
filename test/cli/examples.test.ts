import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Action } from "../../src/actions/action.ts";
import { ACTIONS } from "../../src/actions/actions.ts";
import { createProgram } from "../../src/cli/program.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";

const README = readFileSync(join(PROJECT_ROOT, "README.md"), "utf8");
const ACTION_EXAMPLES = Object.values<Action>(ACTIONS).flatMap(({ examples }) => examples);
const EXAMPLES = [
  ...ACTION_EXAMPLES.filter((each) => each.startsWith("agentpr ")),
  ...[...README.matchAll(/`npx (agentpr [a-z][^`]*)`/g)].map(([, line = ""]) => line),
  ...[...README.matchAll(/^npx (agentpr [a-z][^#\n]*)/gm)].map(([, line = ""]) => line.trim()),
];

test("there are examples to look at", () => expect(EXAMPLES.length).toBeGreaterThan(12));

test.each([...new Set(EXAMPLES)])("the command line understands: %s", async (example) => {
  const [, name = "", ...words] = example.match(/"[^"]*"|<[^>]*>|\S+/g) ?? [];
  const program = await createProgram([name]);
  const command = program.commands.find((each) => each.name() === name);
  const flags = words.filter((word) => word.startsWith("--") && !word.startsWith("--json"));
  const inner = command?.commands.find((each) => words.includes(each.name())) ?? command;
  const known = [...(inner?.options ?? []), ...program.options].map(({ long }) => long);

  expect(command?.name()).toBe(name);
  expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
});
