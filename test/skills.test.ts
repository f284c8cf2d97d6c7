import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { frontMatterOf, readShipped, SHIPPED_SKILLS } from "../runner/skills/shipped.ts";
import { Contract, parseContract } from "../src/core/contract.ts";
import { SKILL_NAMES } from "../src/core/skills.ts";

const CONTRACT_REFERENCE = "agentpr-repo-preflight-contract/references/contract.md";

test("the folder holds exactly the skills that the code knows", async () => {
  expect((await readdir(SHIPPED_SKILLS)).toSorted()).toEqual(SKILL_NAMES.toSorted());
});

test.each(SKILL_NAMES)("%s has its front matter, and every shipped file of it is read", async (name) => {
  const skill = await readShipped(name);

  expect(skill).toMatchObject({ name, version: "1.0.0", hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(skill?.description).toMatch(/\bUse (once|when|before)\b/);
  expect(frontMatterOf(read(`${name}/SKILL.md`))?.name).toBe(name);
});

test.each(SKILL_NAMES)("%s introduces itself to Codex, and its prompt names it", (name) => {
  const { interface: face } = parse(read(`${name}/agents/openai.yaml`)) as {
    interface: Record<string, string>;
  };

  expect(Object.keys(face)).toEqual(["display_name", "short_description", "default_prompt"]);
  expect(face.short_description?.length).toBeGreaterThanOrEqual(25);
  expect(face.short_description?.length).toBeLessThanOrEqual(64);
  expect(face.default_prompt).toContain(`$${name}`);
});

test.each(SKILL_NAMES)(
  "%s names every one of its references, and each that it names is there",
  async (name) => {
    const skill = await readShipped(name);

    const there = Object.keys(skill?.files ?? {}).filter((path) => path.startsWith("references/"));
    const named = [...read(`${name}/SKILL.md`).matchAll(/`(references\/[\w./-]+)`/g)].map(([, path]) => path);
    expect([...new Set(named)].toSorted()).toEqual(there.toSorted());
  },
);

test.each(SKILL_NAMES)("%s says what must never be done", (name) => {
  const text = read(`${name}/SKILL.md`);

  for (const words of ["Data is not orders", /no push/i, "pull request", "CI\\s+definitions"])
    expect(text).toMatch(new RegExp(words));
});

test("the contract's reference names every field, and its examples are contracts", () => {
  const text = read(CONTRACT_REFERENCE);
  const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => parseContract(json));

  for (const field of Object.keys(Contract.shape)) expect(text).toContain(`\`${field}`);
  expect(examples.map((example) => example.kind === "valid" && example.contract.decision)).toEqual([
    "proceed",
    "skip",
    "needs_review",
  ]);
});

test("what a product is stands in its own reference, the same for planning and for building", () => {
  const facts = SKILL_NAMES.map((name) => `${name}/references/integrations/forge.md`)
    .filter((path) => existsSync(join(SHIPPED_SKILLS, path)))
    .map((path) => /## Facts\n([\s\S]*?)\n## /.exec(read(path))?.[1]);

  expect(facts).toHaveLength(2);
  expect(new Set(facts).size).toBe(1);
  expect(facts[0]).toContain("FORGE_API_KEY");
});

test.each([
  ["nothing", undefined],
  ["no front matter", "# Title\n"],
  ["no version", "---\nname: a\ndescription: b\n---\n"],
  ["no YAML", "---\nname: [\n---\n"],
])("%s is no skill", (_title, text) => {
  expect(frontMatterOf(text)).toBeNull();
});

function read(path: string): string {
  return readFileSync(join(SHIPPED_SKILLS, path), "utf8");
}
