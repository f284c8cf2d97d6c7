import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { installSkills } from "../../../runner/skills/install-skills.ts";
import { SHIPPED_SKILLS } from "../../../runner/skills/shipped.ts";
import { skillStatuses } from "../../../runner/skills/skill-status.ts";
import { Problem } from "../../../src/core/problem.ts";
import { SKILL_NAMES } from "../../../src/core/skills.ts";
import { temporaryFolder } from "../box/boxed.ts";

const [FIRST, SECOND] = SKILL_NAMES;
const ALL = { names: SKILL_NAMES, force: false };

async function statuses(codexHome: string): Promise<string[]> {
  return (await skillStatuses(codexHome, SKILL_NAMES)).map(({ status }) => status);
}

test("skills are installed once, exactly as they are shipped, and nothing is left beside them", async () => {
  const codexHome = join(temporaryFolder(), "home");

  const first = await installSkills({ codexHome, ...ALL });
  const second = await installSkills({ codexHome, ...ALL });

  expect(first).toMatchObject({
    kind: "done",
    results: SKILL_NAMES.map((name) => ({ name, result: "installed" })),
  });
  expect(second).toMatchObject({ results: SKILL_NAMES.map(() => ({ result: "already_installed" })) });
  expect(readdirSync(join(codexHome, "skills")).toSorted()).toEqual(SKILL_NAMES.toSorted());
  expect(await statuses(codexHome)).toEqual(["installed", "installed", "installed"]);
});

test("a changed skill is kept, and nothing else is written, until it is forced", async () => {
  const codexHome = temporaryFolder();
  await installSkills({ codexHome, names: [FIRST], force: false });
  const changed = join(codexHome, "skills", FIRST, "SKILL.md");
  writeFileSync(changed, "mine");

  const refused = await installSkills({ codexHome, ...ALL });
  const kept = readFileSync(changed, "utf8");
  const before = await statuses(codexHome);
  const forced = await installSkills({ codexHome, names: [FIRST], force: true });

  expect(refused).toEqual({ kind: "drifted", names: [FIRST] });
  expect({ kept, before }).toEqual({ kept: "mine", before: ["drifted", "missing", "missing"] });
  expect(forced).toMatchObject({ results: [{ name: FIRST, result: "replaced" }] });
  expect(await statuses(codexHome)).toEqual(["installed", "missing", "missing"]);
});

test.each<[string, (skill: string) => void]>([
  ["a file more", (skill) => writeFileSync(join(skill, "references", "more.md"), "x")],
  ["another word", (skill) => writeFileSync(join(skill, "SKILL.md"), "x")],
  ["a link in place of a file", (skill) => symlinkSync("/etc/hostname", join(skill, "extra"))],
])("%s is drift", async (_title, change) => {
  const codexHome = temporaryFolder();
  const skill = join(codexHome, "skills", FIRST);
  cpSync(join(SHIPPED_SKILLS, FIRST), skill, { recursive: true });
  const before = await skillStatuses(codexHome, [FIRST]);

  change(skill);

  expect(before).toMatchObject([{ status: "installed" }]);
  expect(await skillStatuses(codexHome, [FIRST])).toMatchObject([{ status: "drifted" }]);
});

test("a skill that is a link is drift; forced, the link goes and what it led to stays", async () => {
  const [codexHome, elsewhere] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(codexHome, "skills"));
  writeFileSync(join(elsewhere, "SKILL.md"), "theirs");
  symlinkSync(elsewhere, join(codexHome, "skills", SECOND));

  const refused = await installSkills({ codexHome, ...ALL });
  await installSkills({ codexHome, names: [SECOND], force: true });

  expect(refused).toEqual({ kind: "drifted", names: [SECOND] });
  expect(readFileSync(join(elsewhere, "SKILL.md"), "utf8")).toBe("theirs");
  expect(readdirSync(elsewhere)).toEqual(["SKILL.md"]);
  expect(await statuses(codexHome)).toEqual(["missing", "installed", "missing"]);
});

test("a skills folder that leads out of the home is refused, and nothing is written there", async () => {
  const [codexHome, elsewhere] = [temporaryFolder(), temporaryFolder()];
  symlinkSync(elsewhere, join(codexHome, "skills"));

  await expect(installSkills({ codexHome, names: SKILL_NAMES, force: true })).rejects.toBeInstanceOf(Problem);

  expect(readdirSync(elsewhere)).toEqual([]);
});
