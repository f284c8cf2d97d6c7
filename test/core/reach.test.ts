import { expect, test } from "@jest/globals";
import { judgeReach, mayRebind, type Reach, whyNotLent } from "../../src/core/reach.ts";
import type { Run } from "../../src/core/run.ts";
import { runIn } from "./sample-run.ts";

const RUN = runIn("EXECUTING");
const FORK = runIn("EXECUTING", { mode: "fork", installationId: null });
const HERE = { owner: "octo", repo: "widget", repositoryId: 7, private: false, archived: false };
const found = (more: object = {}): Reach => ({ ok: true, ...HERE, ...more });

test.each([
  ["as it was", RUN, found()],
  ["private, where the app is installed", RUN, found({ private: true })],
  ["renamed", RUN, found({ repo: "gadget" })],
  ["written with other capitals", RUN, found({ owner: "Octo" })],
  ["public, without the app", FORK, found()],
])("a run goes on with a repository that is %s", (_what, run, reach) => {
  const { owner, repo, private: isPrivate } = { ...HERE, ...reach };
  expect(judgeReach(run, reach)).toEqual({ kind: "go_on", owner, repo, private: isPrivate });
});

test.each([
  ["is another one of the same name", RUN, found({ repositoryId: 8 }), /another repository.*make a new run/],
  ["was transferred", RUN, found({ owner: "cat" }), /transferred to cat\/widget: resume/],
  ["is archived", RUN, found({ archived: true }), /archived: unarchive/],
  ["is private, without the app", FORK, found({ private: true }), /private.*install it/],
  ["cannot be seen", RUN, { ok: false, why: "it is gone" } as const, /^it is gone$/],
])("a run waits when its repository %s", (_what, run, reach, reason) =>
  expect(judgeReach(run, reach)).toEqual({ kind: "pause", reason: expect.stringMatching(reason) }),
);

test.each([
  ["works", RUN, null],
  ["goes by way of a fork", FORK, /fork/],
  ["is paused", runIn("PAUSED", { reason: "wait" }), /paused: wait/],
  ["is over", runIn("DONE"), /over: DONE/],
])("of a run that %s it is said why nothing is lent", (_what, run, why) =>
  expect(whyNotLent(run)).toEqual(why && expect.stringMatching(why)),
);

const AGAIN = { owner: "Octo", installationId: 71, pauses: ["the app was uninstalled: install it again"] };

test.each<[string, boolean, Run, Partial<typeof AGAIN>]>([
  ["by the same owner", true, runIn("PAUSED"), {}],
  ["where nobody had noticed", true, RUN, {}],
  ["under the number that it has already", false, RUN, { installationId: 70 }],
  ["by another owner", false, RUN, { owner: "cat" }],
  ["after a transfer", false, RUN, { pauses: ["the repository was transferred to another account: …"] }],
  ["when it is over", false, runIn("FAILED"), {}],
  ["and it does without the app", false, FORK, {}],
])("a run whose app is installed again %s goes on by it: %s", (_what, may, run, more) =>
  expect(mayRebind(run, { ...AGAIN, ...more })).toBe(may),
);
