import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { acceptedSkills } from "../../../runner/skills/accepted.ts";
import { chooseSkills, homeFilesOf } from "../../../runner/skills/choose-skills.ts";
import { installSkills } from "../../../runner/skills/install-skills.ts";
import { readSkillFiles } from "../../../runner/skills/skill-files.ts";
import type { Policy } from "../../../src/core/policy.ts";
import { type Purpose, SKILL_NAMES } from "../../../src/core/skills.ts";
import { writeSkillVersion } from "../../../src/main/write-skill-version.ts";
import { temporaryFolder } from "../box/boxed.ts";

const [CONTRACT, IMPLEMENT, FIX] = SKILL_NAMES;

test.each<[Policy["skills_mode"], Purpose, readonly string[]]>([
  ["off", "execute", []],
  ["off", "iterate", []],
  ["agentpr", "execute", [CONTRACT, IMPLEMENT]],
  ["agentpr", "iterate", [FIX]],
  ["agentpr_autonomous", "execute", SKILL_NAMES],
  ["agentpr_autonomous", "iterate", SKILL_NAMES],
])(
  "%s, to %s: the shipped skills that belong to it, without any installation",
  async (mode, purpose, names) => {
    const chosen = await chooseSkills({
      policy: { skills_mode: mode },
      purpose,
      template: temporaryFolder(),
      accepted: temporaryFolder(),
    });

    expect(chosen.ok && chosen.skills.map(({ name }) => name)).toEqual([...names]);
  },
);

test("attempts get the newest accepted version that stands on the shipped skill", async () => {
  const dataDir = temporaryFolder();
  const accepted = acceptedSkills(dataDir);
  const ask = async () => {
    const order = { template: temporaryFolder(), accepted, purpose: "iterate" } as const;
    const chosen = await chooseSkills({ policy: { skills_mode: "agentpr" }, ...order });
    return chosen.ok ? chosen.skills.map(({ version, hash }) => ({ version, hash })) : chosen.check;
  };
  const [shipped] = [await ask()].flat();
  const written = [];
  for (const add of ["Look twice.", "And again."])
    written.push(await writeSkillVersion(dataDir, { name: FIX, version: "1.0.0", add }));

  expect(await ask()).toEqual([
    { version: "1.0.2", hash: (await readSkillFiles(written[1]?.file ?? ""))?.hash },
  ]);
  const main = join(written[1]?.file ?? "", "SKILL.md");
  writeFileSync(main, readFileSync(main, "utf8").replace("# ", "# Changed by hand: "));
  expect(await ask()).toMatchObject([{ version: "1.0.1" }]);
  writeFileSync(join(written[0]?.file ?? "", "more.md"), "slipped in");
  expect(await ask()).toEqual([shipped]);
});

test("a template with other skills is a hard failure that names the remedy, but only where they are needed", async () => {
  const template = temporaryFolder();
  await installSkills({ codexHome: template, names: [FIX], force: false });
  writeFileSync(join(template, "skills", FIX, "SKILL.md"), "changed");
  const ask = (purpose: Purpose) =>
    chooseSkills({ policy: { skills_mode: "agentpr" }, purpose, template, accepted: temporaryFolder() });

  const [execute, iterate] = [await ask("execute"), await ask("iterate")];

  expect(execute.ok).toBe(true);
  expect(iterate).toEqual({
    ok: false,
    check: {
      name: "skills",
      ok: false,
      transient: false,
      detail: expect.stringContaining(`agentpr install-skills --force --name ${FIX}`),
    },
  });
});

test("a home gets every file of a skill in its own folder", async () => {
  const policy = { skills_mode: "agentpr" } as const;
  const chosen = await chooseSkills({
    policy,
    purpose: "iterate",
    template: temporaryFolder(),
    accepted: "/nowhere",
  });

  const files = Object.keys(homeFilesOf(chosen.ok ? chosen.skills : []));

  expect(files).toEqual([
    `skills/${FIX}/SKILL.md`,
    `skills/${FIX}/agents/openai.yaml`,
    `skills/${FIX}/references/ci-and-review-guide.md`,
  ]);
});
