import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { pullStartsWorkflow, pushStartsWorkflow } from "../../src/core/workflow-trigger.ts";

const BRANCH = "agentpr/run-1";

test.each([
  ["on: push", true],
  ["on: [push, pull_request]", true],
  ["on: pull_request", false],
  ["on: create", true],
  ["on: { create: }", true],
  ["on: { push: }", true],
  ["on: { push: { branches: [main] } }", false],
  ["on: { push: { branches: main } }", false],
  ["on: { push: { branches: ['**'] } }", true],
  ["on: { push: { branches: ['*'] } }", false],
  ["on: { push: { branches: ['agentpr/**'] } }", true],
  ["on: { push: { branches: ['**', '!agentpr/**'] } }", false],
  ["on: { push: { branches: ['!agentpr/**', '**'] } }", true],
  ["on: { push: { branches: ['a[a-z]+/run-?1'] } }", true],
  ["on: { push: { branches-ignore: ['agentpr/**'] } }", false],
  ["on: { push: { branches-ignore: [gh-pages] } }", true],
  ["on: { push: { tags: ['v*'] } }", false],
  ["on: { push: { tags: ['v*'], branches: ['**'] } }", true],
  ["on: { push: { paths: ['docs/**'] } }", true],
  ["on: { push: { paths: ['docs/**'], branches: [main] } }", false],
  ["on: { push: { branches: 5 } }", true],
  ["on: { push: { branches: ['['] } }", true],
  ["on: { push: { branches-ignore: 5 } }", true],
  ["on: { workflow_dispatch: , schedule: [{ cron: '0 0 * * *' }] }", false],
  ["true: push", true],
  ["jobs: {}", true],
  ["- a", true],
  ["''", true],
])("%s starts: %s", (text, starts) => {
  const files = [{ path: ".github/workflows/ci.yml", doc: parse(text) }];

  expect(pushStartsWorkflow(files, BRANCH)).toEqual(starts ? [".github/workflows/ci.yml"] : []);
});

test("workflows are told by their names, and unreadable ones by their files", () => {
  const files = [
    { path: "a.yml", doc: { name: "Tests", on: "push" } },
    { path: "b.yml", doc: undefined },
    { path: "c.yml", doc: { name: "Docs", on: { push: { branches: ["main"] } } } },
  ];

  expect(pushStartsWorkflow(files, BRANCH)).toEqual(["Tests", "b.yml"]);
});

test.each([
  ["on: push", false],
  ["on: pull_request", true],
  ["on: [push, pull_request_target]", true],
  ["on: { pull_request: }", true],
  ["on: { pull_request: { branches: [main] } }", true],
  ["on: { pull_request: { branches: ['release/**'] } }", false],
  ["on: { pull_request: { branches-ignore: [main] } }", false],
  ["on: { pull_request: { types: [closed, labeled] } }", false],
  ["on: { pull_request: { types: [opened] } }", true],
  ["on: { pull_request: { types: opened } }", true],
  ["on: { pull_request: { branches: 5 } }", true],
  ["on: { pull_request_target: { paths: ['docs/**'] } }", true],
  ["on: { workflow_dispatch: }", false],
  ["true: pull_request", true],
  ["jobs: {}", true],
  ["''", true],
])("a pull request into main and %s: %s", (text, starts) => {
  const files = [{ path: "a.yml", doc: parse(text) }];

  expect(pullStartsWorkflow(files, "main")).toEqual(starts ? ["a.yml"] : []);
});
