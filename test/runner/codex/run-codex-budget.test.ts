import { expect, test } from "@jest/globals";
import { anything, say, shell, turn } from "../../../demo/model/conversation.ts";
import { runCodex } from "../../../runner/codex/run-codex.ts";
import { overspent, UNLIMITED } from "../../../src/core/allowance.ts";
import { tokensOf } from "../../../src/core/cost.ts";
import type { Usage } from "../../../src/core/evidence.ts";
import { attemptWith, run } from "./codex-attempt.ts";

/** Every answer of the scripted model uses 1,100 tokens. */
const LONG = [
  turn(anything, [shell("sleep 0.6"), ...Array.from({ length: 19 }, () => shell("sleep 0.6")), say("Done.")]),
];
const within = (tokens: number) => (usage: Usage) => overspent({ ...UNLIMITED, tokens }, usage, null);

test("Codex is stopped in the middle of a turn when its tokens are used up, one answer late at most", async () => {
  const attempt = await attemptWith(LONG, { overspent: within(3_000) });

  const { end, summary } = await run(attempt);

  expect(end.kind).toBe("over_budget");
  expect(end.message).toMatch(/^it has used \d+ tokens of the 3000 tokens that were reserved for it/);
  expect(tokensOf(summary.usage)).toBeGreaterThanOrEqual(3_000);
  expect(tokensOf(summary.usage)).toBeLessThanOrEqual(3_000 + 2 * 1_100);
});

test("work that ends within its tokens is left alone, and progress tells of tokens within the turn", async () => {
  const steps = [shell("sleep 0.6"), shell("sleep 0.6"), say("Done.")] as const;
  const attempt = await attemptWith([turn(anything, steps)], { overspent: within(10_000) });
  const told: number[] = [];

  const { end } = await runCodex(attempt.order, new AbortController().signal, ({ usage }) => {
    told.push(tokensOf(usage));
  });
  await attempt.model.stop();

  expect(end.kind).toBe("finished");
  expect(told.some((tokens) => tokens > 0 && tokens < 3_300)).toBe(true);
});

test("nothing is started when nothing is left", async () => {
  const attempt = await attemptWith(LONG, { overspent: within(0) });

  const { end, modelRequests } = await run(attempt);

  expect({ kind: end.kind, modelRequests }).toEqual({ kind: "over_budget", modelRequests: 0 });
});
