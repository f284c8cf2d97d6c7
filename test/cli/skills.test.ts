import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { SKILL_NAMES } from "../../src/core/skills.ts";
import { testCli } from "../support/run-cli.ts";

const cli = testCli();
const folder = mkdtempSync(join(tmpdir(), "agentpr-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing outside can be reached through this. */
const OFFLINE = { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };

/** A Codex that lays out an installer which makes its skills out of nothing. */
function codexWithInstaller(): string {
  const script = [
    "import sys, os",
    "dest = sys.argv[sys.argv.index('--dest') + 1]",
    "for path in sys.argv[sys.argv.index('--path') + 1:sys.argv.index('--dest')]:",
    "    os.makedirs(os.path.join(dest, os.path.basename(path)))",
    "    open(os.path.join(dest, os.path.basename(path), 'SKILL.md'), 'w').write(path)",
  ].join("\n");
  const codex = join(folder, "codex");
  const place = '"$CODEX_HOME/skills/.system/skill-installer/scripts"';
  const lay = `mkdir -p ${place}; cat > ${place}/install-skill-from-github.py <<'E'\n${script}\nE`;
  writeFileSync(codex, `#!/bin/sh\nif [ "$1" = --version ]; then echo codex-cli 0.0.0; exit; fi\n${lay}\n`, {
    mode: 0o755,
  });
  return codex;
}

test("the template is filled and looked at; the shipped skills count as missing there before", async () => {
  const before = await cli.run(["skills-status", "--json"]);
  const installed = await cli.run(["install-skills"]);
  const after = await cli.run(["skills-status"]);

  expect(JSON.parse(before.stdout).data.skills.map(({ status }: { status: string }) => status)).toEqual([
    "missing",
    "missing",
    "missing",
  ]);
  expect(installed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(readdirSync(join(cli.folder(), "codex_template", "skills")).toSorted()).toEqual(
    SKILL_NAMES.toSorted(),
  );
  for (const name of SKILL_NAMES) expect(after.stdout).toMatch(new RegExp(`${name} +installed, 1\\.0\\.0`));
});

test("only the named skill goes into the named home; a changed one is refused until it is forced", async () => {
  const home = join(folder, "home");
  const args = ["install-skills", "--codex-home", home, "--name", SKILL_NAMES[2]];
  await cli.run(args);
  writeFileSync(join(home, "skills", SKILL_NAMES[2], "SKILL.md"), "mine");

  const [refused, forced] = [await cli.run(args), await cli.run([...args, "--force", "--json"])];

  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toContain("Nothing was written");
  expect(JSON.parse(forced.stdout)).toMatchObject({
    ok: true,
    data: {
      codex_home: home,
      results: [{ name: SKILL_NAMES[2], result: "replaced" }],
      curated_ci_install: null,
    },
  });
});

test("offline, the curated skills are left out with a warning, and the others are installed", async () => {
  const home = join(folder, "offline");

  const end = await cli.run(["install-skills", "--install-curated-ci", "--codex-home", home], OFFLINE);

  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expect(end.stdout).toMatch(/warning +curated skills were not installed, everything else was: .+/);
  expect(readdirSync(join(home, "skills")).toSorted()).toEqual(SKILL_NAMES.toSorted());
});

test("Codex's own installer brings the curated skills; one that is there already is kept", async () => {
  const home = join(folder, "curated");
  mkdirSync(join(home, "skills", "gh-fix-ci"), { recursive: true });
  const env = { AGENTPR_CODEX_BIN: codexWithInstaller() };

  const end = await cli.run(["install-skills", "--install-curated-ci", "--codex-home", home, "--json"], env);

  expect(JSON.parse(end.stdout).data.curated_ci_install).toEqual({
    kind: "done",
    installed: ["gh-address-comments"],
    kept: ["gh-fix-ci"],
  });
  expect(readdirSync(join(home, "skills")).toSorted()).toEqual(
    [...SKILL_NAMES, "gh-address-comments", "gh-fix-ci"].toSorted(),
  );
});

test("a skill that does not exist is wrong usage", async () => {
  expect(await cli.run(["install-skills", "--name", "nonsense"])).toMatchObject({ exitCode: 2, stdout: "" });
});
