import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import { cases } from "../support/proof.ts";
import { commandsIn } from "./commands.ts";
import { STEPS, type Step } from "./steps.ts";
import { beginWalk, type Walk } from "./walk.ts";

// Installing takes minutes, so the walk itself belongs to the proof.
test.each<[string, () => Promise<void>]>(
  cases({
    always: [["names exactly the commands that are walked through, in their order", compare]],
    inProof: [["leads from a clean clone to pull requests, word for word", walkThrough]],
  }),
)("the README %s", (_what, prove) => prove(), 1_800_000);

test("commands are read from blocks and from the text, without their comments", () => {
  const text =
    "npx agentpr early\n## Try it\n```bash\nnpm ci && npm x   # why\n```\nThen `cp a b`, `agentpr y`.\n## The life of a run\n`npm z`";

  expect(commandsIn(text)).toEqual(["npm ci && npm x", "cp a b"]);
});

async function compare(): Promise<void> {
  const readme = await readFile(join(PROJECT_ROOT, "README.md"), "utf8");

  expect(STEPS.map(({ command }) => command)).toEqual(commandsIn(readme));
}

async function walkThrough(): Promise<void> {
  const walk = await beginWalk();
  try {
    for (const step of STEPS) if (step.leftOut === undefined) await take(walk, step);
  } finally {
    await walk.stop();
  }
}

async function take(walk: Walk, { command, serves = false, fill, before, after }: Step): Promise<void> {
  await before?.(walk);
  let filled = command;
  for (const [gap, value] of Object.entries(fill?.(walk) ?? {})) filled = filled.replace(gap, value);
  const said = await (serves ? walk.serve(filled) : walk.type(filled));
  await after?.(walk, said);
}
