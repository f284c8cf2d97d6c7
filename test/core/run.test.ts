import { expect, test } from "@jest/globals";
import { isOver, parseRepositoryName, Run, STATES } from "../../src/core/run.ts";
import { runIn } from "./sample-run.ts";

test.each<[string, { owner: string; repo: string } | null]>([
  ["octo/widget", { owner: "octo", repo: "widget" }],
  ["Octo-Org/my.repo_2", { owner: "Octo-Org", repo: "my.repo_2" }],
  ["o/.github", { owner: "o", repo: ".github" }],
  [`${"a".repeat(39)}/${"b".repeat(100)}`, { owner: "a".repeat(39), repo: "b".repeat(100) }],
  [`${"a".repeat(40)}/b`, null],
  [`a/${"b".repeat(101)}`, null],
  ["octo", null],
  ["octo/", null],
  ["/widget", null],
  ["octo/widget/x", null],
  ["octo/..", null],
  ["octo/.", null],
  ["../widget", null],
  ["-octo/widget", null],
  ["octo/-widget", null],
  ["octo/wid get", null],
  ["octo/widget\n", null],
  ["octo/wid\u0000get", null],
  ["https://github.com/octo/widget", null],
  ["octo/$(id)", null],
  ["öcto/widget", null],
  ["", null],
])("%j is read as a repository's name, or not at all", (text, name) =>
  expect(parseRepositoryName(text)).toEqual(name),
);

test("only DONE and FAILED runs are over", () => {
  expect(STATES.filter((state) => isOver({ state }))).toEqual(["DONE", "FAILED"]);
});

test("a run says itself what it is made of", () => {
  for (const state of STATES) expect(Run.parse(runIn(state))).toEqual(runIn(state));
  expect(Run.safeParse({ ...runIn("QUEUED"), state: "LOST" }).success).toBe(false);
});
