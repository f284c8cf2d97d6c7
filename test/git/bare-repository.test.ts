import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { makeBareRepository } from "../../src/git/bare-repository.ts";
import { runGit, temporaryFolder } from "../support/git-repository.ts";

test("git finds an empty bare repository, sound and ready to take objects", async () => {
  using folder = temporaryFolder();
  const gitDir = join(folder.path, "repository.git");

  await makeBareRepository(gitDir);

  expect(runGit(gitDir, "rev-parse", "--is-bare-repository").trim()).toBe("true");
  expect(runGit(gitDir, "symbolic-ref", "HEAD").trim()).toBe("refs/heads/main");
  expect(runGit(gitDir, "fsck", "--strict")).not.toMatch(/error|missing/);
});
