import { expect, test } from "@jest/globals";
import { perform } from "../../src/actions/perform.ts";
import type { RepositoryFacts } from "../../src/actions/repository.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { testDatabases } from "../support/databases.ts";
import { testWorld } from "../support/world.ts";

const databases = testDatabases();
const FACTS: RepositoryFacts = {
  ...{ owner: "octo", repo: "widget", repositoryId: 7, installationId: 70 },
  ...{ defaultBranch: "main", private: true, archived: false },
};

async function create(facts: Partial<RepositoryFacts>) {
  const world = testWorld(await databases.open("sqlite"));
  const found = { ...FACTS, ...facts };
  const github = { findRepository: () => Promise.resolve(found), readIssue: () => Promise.resolve(null) };
  const defaults = { promptVersion: "v1", autokick: true };
  const context = { world, github, policyFor: () => DEFAULT_POLICY, promptFault: () => null, defaults };
  const input = { owner: "octo", repo: "widget", task: "Add a thing" };
  return perform(context, { via: "cli", user: "ops", cause: "test" }, "create", input);
}

test.each([
  ["private, with the app", {}, true, "Run run_"],
  [
    "private, without the app",
    { installationId: null },
    false,
    "a fork of it would show it: install the app",
  ],
  ["public, without the app", { installationId: null, private: false }, true, "Run run_"],
  ["archived", { archived: true }, false, "is archived"],
])("of a repository that is %s a run is made, or it is said why not", async (_what, facts, ok, text) =>
  expect(await create(facts)).toMatchObject({ ok, text: expect.stringContaining(text) }),
);
