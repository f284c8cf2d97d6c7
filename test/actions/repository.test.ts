import { expect, test } from "@jest/globals";
import { eitherLookup, type RepositoryFacts, type RepositoryLookup } from "../../src/actions/repository.ts";

const FACTS: RepositoryFacts = {
  owner: "octo",
  repo: "hello",
  repositoryId: 1,
  installationId: 9,
  defaultBranch: "main",
  private: false,
  archived: false,
};

/** Finds these repositories, and says who answered. */
function lookup(name: string, found: RepositoryFacts | null): RepositoryLookup {
  return {
    findRepository: async () => found,
    readIssue: async () => ({ title: name, body: "", author: null }),
  };
}

const app = lookup("app", FACTS);
const nowhere = lookup("app", null);
const person = lookup("person", { ...FACTS, installationId: null });

test.each([
  ["where the app is installed, the app is asked", app, person, "app"],
  ["where it is not, the person", nowhere, person, "person"],
  ["without an App, the person", null, person, "person"],
  ["without a token, the app", app, null, "app"],
] as const)("%s", async (_title, direct, fork, who) => {
  const either = eitherLookup({ direct, fork });
  const repository = await either?.findRepository({ owner: "octo", repo: "hello" });

  expect(repository && (await either?.readIssue(repository, 1))).toMatchObject({ title: who });
});

test("without either there is nobody to ask", () => {
  expect(eitherLookup({ direct: null, fork: null })).toBeNull();
});
