import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readSkillFiles } from "../../runner/skills/skill-files.ts";
import { loadPolicy } from "../../src/config/policy-file.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import type { Patch } from "../../src/core/learning/proposal.ts";
import { propose } from "../../src/core/learning/propose.ts";
import type { Database } from "../../src/database/connect.ts";
import { findProposal, noteProposal, readProposalJournal } from "../../src/database/proposals.ts";
import { acceptProposal } from "../../src/main/accept-proposal.ts";
import { changeOf, past } from "../core/learning/sample-past.ts";
import { testDatabases } from "../support/databases.ts";

const databases = testDatabases();
let root = "";
let database: Database;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "agentpr-accept-"));
  database = await databases.open("sqlite");
  await mkdir(join(root, "policy"));
  await cp(join(PROJECT_ROOT, "policy", "prompts"), join(root, "policy", "prompts"), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function accept(patch: Patch, policyFile = join(root, "policy", "manager_policy.json")) {
  const [like] = propose(
    [7, 8, 7].map((files) => past({ evidence: changeOf(files) })),
    3,
  );
  if (like === undefined) throw new Error("these attempts speak for something");
  const stored = await noteProposal(database, { ...like, subject: JSON.stringify(patch), patch }, "ada");
  const accepted = await acceptProposal(database, stored, {
    by: "bob",
    places: { policyFile, root, dataDir: join(root, "data") },
  });
  return { ...accepted, stored };
}

function limit(from: number, to: number, repository = "octo/widget"): Patch {
  return { kind: "policy", key: "max_changed_files", repository, from, to, looser: true };
}

test("a policy value is written as a new version on the newest, and the old ones stay as they were", async () => {
  const file = join(root, "policy", "manager_policy.json");
  const text = JSON.stringify({
    run_agent_step: { repo_overrides: { "Octo/Widget": { max_added_lines: 9 } } },
  });
  await writeFile(file, text);

  const first = await accept(limit(6, 8));
  const second = await accept(limit(6, 7, "octo/other"), first.file);

  expect([first.version, second.version]).toEqual(["2", "3"]);
  expect(await readFile(file, "utf8")).toBe(text);
  const { policyFor } = loadPolicy(second.file);
  expect(policyFor({ owner: "octo", repo: "widget" })).toMatchObject({
    max_changed_files: 8,
    max_added_lines: 9,
  });
  expect(policyFor({ owner: "octo", repo: "other" })).toMatchObject({
    max_changed_files: 7,
    max_added_lines: 120,
  });
  expect(policyFor({ owner: "octo", repo: "third" })).toMatchObject({ max_changed_files: 6 });
  expect(second.inForce).toContain(`AGENTPR_POLICY_FILE=${second.file}`);
  expect(await findProposal(database.knex, first.stored.id)).toMatchObject({
    status: "accepted",
    written: { version: "2", file: first.file },
  });
  expect(await readProposalJournal(database.knex, first.stored.id)).toMatchObject([
    { type: "made", by: "ada" },
    { type: "accepted", by: "bob", detail: `policy 2: ${first.file}` },
  ]);
});

test("what is accepted already, and what is about another value than today's, is refused and writes nothing", async () => {
  const before = await readdir(join(root, "policy"));

  const again = await accept(limit(6, 8)).catch((error: unknown) => error);
  const stale = await accept(limit(5, 8)).catch((error: unknown) => error);

  expect(again).toMatchObject({ why: "it is accepted", exitCode: 1 });
  expect(stale).toMatchObject({ message: "The policy has changed since", exitCode: 1 });
  expect(await readdir(join(root, "policy"))).toEqual(before);
});

test("a sentence for a prompt makes a version beside it, and the next one stands on that", async () => {
  const folder = join(root, "policy", "prompts");
  const before = await readFile(join(folder, "v1.md"), "utf8");

  const first = await accept({ kind: "prompt", version: "v1", add: "Look twice." });
  const second = await accept({ kind: "prompt", version: "v1", add: "And again." });

  expect([first.version, second.version]).toEqual(["v1-2", "v1-3"]);
  expect(await readFile(join(folder, "v1.md"), "utf8")).toBe(before);
  expect(await readFile(first.file, "utf8")).toBe(
    `${before.trimEnd()}\n\n## Learned from earlier attempts\n\n- Look twice.\n`,
  );
  expect(await readFile(second.file, "utf8")).toMatch(/- Look twice\.\n- And again\.\n$/);
  expect(second.inForce).toContain("AGENTPR_DEFAULT_PROMPT_VERSION=v1-3");
});

test("a sentence for a skill makes a whole skill of the next version in the data folder", async () => {
  const name = "agentpr-implement-and-validate";
  const shipped = await readSkillFiles(join(PROJECT_ROOT, "skills", name));

  const first = await accept({ kind: "skill", name, version: "1.0.0", add: "Look twice." });
  const second = await accept({ kind: "skill", name, version: "1.0.0", add: "And again." });
  const made = await readSkillFiles(second.file);

  expect([first.version, second.version]).toEqual(["1.0.1", "1.0.2"]);
  expect(Object.keys(made?.files ?? {}).toSorted()).toEqual(Object.keys(shipped?.files ?? {}).toSorted());
  expect(made?.files["SKILL.md"]).toContain('version: "1.0.2"');
  expect(made?.files["SKILL.md"]).toMatch(/- Look twice\.\n- And again\.\n$/);
  expect(await readSkillFiles(join(PROJECT_ROOT, "skills", name))).toEqual(shipped);
});

test("a skill of another version than the one that is shipped is refused", async () => {
  const patch = { kind: "skill", name: "agentpr-ci-review-fix", version: "0.9.0", add: "Look." } as const;

  await expect(accept(patch)).rejects.toMatchObject({ message: "The skill has changed since" });
});
