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
  return (await creator(facts))({});
}

async function creator(facts: Partial<RepositoryFacts>) {
  const world = testWorld(await databases.open("sqlite"));
  const found = { ...FACTS, ...facts };
  const github = { findRepository: () => Promise.resolve(found), readIssue: () => Promise.resolve(null) };
  const defaults = { promptVersion: "v1", autokick: true };
  const context = { world, github, policyFor: () => DEFAULT_POLICY, promptFault: () => null, defaults };
  const input = { owner: "octo", repo: "widget", task: "Add a thing" };
  let count = 0;
  return (changed: Record<string, unknown>) => {
    count += 1;
    const actor = { via: "cli", user: "ops", cause: `test ${count}` } as const;
    return perform(context, actor, "create", { ...input, ...changed });
  };
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

test("what an open run does already is begun once more only when that is said", async () => {
  const begin = await creator({});

  expect(await begin({ run_id: "run_first" })).toMatchObject({ ok: true });
  expect(await begin({})).toMatchObject({
    ok: false,
    kind: "refused",
    text: expect.stringContaining("Run run_first does the same on octo/widget already, and it is QUEUED"),
  });
  expect(await begin({ duplicate: true })).toMatchObject({ ok: true });
  expect(await begin({ task: "Add another thing" })).toMatchObject({ ok: true });
});
