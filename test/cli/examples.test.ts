import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Action } from "../../src/actions/action.ts";
import { ACTIONS } from "../../src/actions/actions.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { EXAMPLES } from "../../src/cli/examples.ts";
import { SHAPES } from "../../src/cli/print-json.ts";
import { createProgram } from "../../src/cli/program.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { wordsOf } from "../support/cli-here.ts";
import { type ExampleWorld, raiseExampleWorld } from "./example-world.ts";

jest.setTimeout(60_000);

let world: ExampleWorld;
beforeAll(async () => {
  world = await raiseExampleWorld();
});
afterAll(() => world.stop());

/** Only understood here, each for its reason; the suites that are named carry them out. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "agentpr app": "serves until it is stopped: test/cli/app-process.test.ts",
  "agentpr runner": "serves until it is stopped: test/flow",
  "agentpr up": "serves until it is stopped: test/flow",
  "agentpr run-github-webhook": "serves until it is stopped: test/cli/run-github-webhook.test.ts",
  "agentpr run-telegram-bot": "serves until it is stopped: test/telegram",
  "agentpr sync-github --loop": "goes on until it is stopped: test/cli/python-lines.test.ts",
  "agentpr run-agent-step": "needs a model: test/cli/run-agent-step.test.ts",
  "agentpr demo": "starts a world of its own: test/demo",
  "agentpr init-db --db": "another database: test/database",
  "agentpr retry run_1a2b3c4d5e6f --budget": "wants a limit that is used up: test/actions/budget.test.ts",
  "agentpr answer": "wants a review that nothing has answered: test/actions/answer.test.ts",
  "agentpr restore": "wants everything stopped: test/cli/operate.test.ts",
};
/** What these say of a machine or a repository depends on it; their codes are documented. */
const MAY_SAY_NO = ["doctor", "run-preflight", "webhook-audit-summary"];

const ALL = Object.values(EXAMPLES).flat();
const RUN = ALL.filter((line) => !Object.keys(NOT_RUN).some((start) => line.startsWith(start)));

test("every command has an example under its --help", async () => {
  expect(Object.keys(EXAMPLES)).toEqual(COMMANDS.map(({ name }) => name));
  expect((await world.line(["retry", "--help"])).stdout).toContain(
    "Examples:\n  agentpr retry run_1a2b3c4d5e6f",
  );
});

test.each(RUN)("%s", async (line) => {
  const words = wordsOf(await world.filled(line)).slice(1);
  const end = await world.line(words.includes("--json") ? words : [...words, "--json"]);
  const said = JSON.parse(end.stdout) as { version: string; ok: boolean };

  expect(SHAPES).toContain(said.version);
  if (MAY_SAY_NO.some((name) => words.includes(name))) expect([0, 1, 4]).toContain(end.exitCode);
  else expect({ ...end, stdout: said.ok }).toEqual({ exitCode: 0, stderr: "", stdout: true });
});

const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(PROJECT_ROOT, "docs"))
    .filter(isText)
    .map((name) => `docs/${name}`),
];

function isText(name: string): boolean {
  return name.endsWith(".md");
}

const DOCUMENTED = [
  ...ALL,
  ...Object.values<Action>(ACTIONS).flatMap(({ examples }) =>
    examples.filter((each) => each.startsWith("agentpr ")),
  ),
  ...DOCUMENTS.flatMap((name) => linesIn(readFileSync(join(PROJECT_ROOT, name), "utf8"))),
];

/** In a text, and as lines of a block of code; what stands behind a # is for people. */
function linesIn(text: string): string[] {
  const found = [
    ...text.matchAll(/`(?:npx )?(agentpr [a-z][^`]*)`/g),
    ...text.matchAll(/^(?:npx )?(agentpr [a-z][^#\n]*[>\w"])(?: *#.*)?$/gm),
  ].map(([, line = ""]) => line.replace(/\s+/g, " "));
  return found.filter((line) => COMMANDS.some(({ name }) => line.split(" ")[1] === name));
}

test("there are lines to look at", () => expect(new Set(DOCUMENTED).size).toBeGreaterThan(70));

test.each([...new Set(DOCUMENTED)])("the command line understands: %s", async (line) => {
  const [, name = "", ...words] = wordsOf(line.replace(/<[^>]*>/g, "<of-yours>"));
  const program = await createProgram([name]);
  const command = program.commands.find((each) => each.name() === name);
  const inner = command?.commands.find((each) => words.includes(each.name())) ?? command;
  const known = [...(inner?.options ?? []), ...program.options].map(({ long }) => long);
  const flags = words.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*/, ""));

  expect(command?.name()).toBe(name);
  expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
});

test("what npm runs in the documents is there", () => {
  const text = ["README.md", "CONTRIBUTING.md"]
    .map((name) => readFileSync(join(PROJECT_ROOT, name), "utf8"))
    .join();
  const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as {
    scripts: object;
  };
  const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);

  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
