import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { anything, say, turn } from "../../../demo/model/conversation.ts";
import { prepareCodexHome } from "../../../runner/codex/codex-home.ts";
import { foreignSkills } from "../../../runner/codex/foreign-skills.ts";
import { temporaryFolder } from "../box/boxed.ts";
import { attemptWith, run } from "./codex-attempt.ts";

const CANARY = "canary-5d20c1";

/** A repository with skills in every place where Codex looks, some behind links, one that is hidden and one in the wrong place. */
function plant(tree: string): void {
  skill(tree, ".agents/skills/plain", "plain");
  skill(tree, ".agents/skills/a/b/c/d", "deep");
  skill(tree, `.agents/skills/quo"te's \\ and é`, "quoted");
  skill(tree, "docs/real", "linked");
  symlinkSync("../../docs/real", join(tree, ".agents/skills/linked"));
  symlinkSync("..", join(tree, ".agents/skills/loop"));
  symlinkSync("/nowhere", join(tree, ".agents/skills/broken"));
  skill(tree, "docs/codex/skills/rooted", "rooted");
  symlinkSync("docs/codex", join(tree, ".codex"));
  skill(tree, "docs/elsewhere", "elsewhere");
  mkdirSync(join(tree, ".agents/skills/odd\nname"));
  symlinkSync("../../../docs/elsewhere/SKILL.md", join(tree, ".agents/skills/odd\nname/skill.md"));
}

function skill(tree: string, folder: string, name: string): void {
  const path = join(tree, folder, "SKILL.md");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `---\nname: ${name}\ndescription: ${CANARY} ${name}\n---\n${CANARY}\n`);
}

test("every skill that a link or a folder leads to is found once, by its real path", async () => {
  const tree = temporaryFolder();
  plant(tree);

  const found = await foreignSkills([tree, join(tree, "no-home")]);

  expect(found).toEqual(
    [
      ".agents/skills/a/b/c/d/SKILL.md",
      ".agents/skills/odd\nname/skill.md",
      ".agents/skills/plain/SKILL.md",
      `.agents/skills/quo"te's \\ and é/SKILL.md`,
      "docs/codex/skills/rooted/SKILL.md",
      "docs/elsewhere/SKILL.md",
      "docs/real/SKILL.md",
    ].map((path) => join(tree, path)),
  );
});

test("each of them is turned off in the home's configuration", async () => {
  const dir = join(temporaryFolder(), "home");

  await prepareCodexHome({ dir, foreignSkills: ["/t/a/SKILL.md", '/t/q"\u007f\\/SKILL.md'] });

  const config = readFileSync(join(dir, "config.toml"), "utf8");
  expect(config).toContain('\n[[skills.config]]\npath = "/t/a/SKILL.md"\nenabled = false\n');
  expect(config).toContain('path = "/t/q\\"\\u007f\\\\/SKILL.md"');
});

test("of all skills Codex takes ours alone, even when the prompt names the others", async () => {
  const ours = "---\nname: plain-ours\ndescription: ours\n---\nOUR WORDS\n";
  const attempt = await attemptWith([turn(anything, [say("ok")])], {
    prompt: "use $plain $deep $quoted $linked $rooted $elsewhere $home and $plain-ours",
    homeFiles: { "skills/plain-ours/SKILL.md": ours },
  });
  plant(attempt.workDir);
  skill(attempt.scratch, ".agents/skills/home", "home");

  await run(attempt);

  const said = JSON.stringify(attempt.model.requests());
  expect(said).toContain("OUR WORDS");
  expect(said).not.toContain(CANARY);
});
