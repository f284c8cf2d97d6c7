import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Curated } from "../../../runner/skills/install-curated.ts";
import type { Installation } from "../../../runner/skills/install-skills.ts";
import type { SkillStatus } from "../../../runner/skills/skill-status.ts";
import type { Fact, Reply } from "../../actions/reply.ts";
import { EXIT, Problem } from "../../core/problem.ts";
import { SKILL_NAMES, type SkillName } from "../../core/skills.ts";
import { optionsOf } from "../program.ts";

type Options = { codexHome?: string };
type InstallOptions = Options & { installCuratedCi?: boolean; force?: boolean; name?: SkillName[] };
type Environment = Readonly<Record<string, string | undefined>>;
type Place = { codexHome: string; dataDir: string; environment: Environment };

const HOME_OPTION = [
  "--codex-home <folder>",
  "a Codex home, such as ~/.codex; without it, the runner's template",
] as const;

export function defineInstallSkills(command: Command): void {
  command
    .option("--install-curated-ci", "also Codex's own skills for checks and comments, by Codex's installer")
    .option("--force", "replace a skill that is not the shipped one")
    .addOption(new Option("--name <skill...>", "only these").choices(SKILL_NAMES))
    .option(...HOME_OPTION)
    .action(async () => {
      const { printReply } = await import("../perform-command.ts");
      await printReply(command, await install(await placeOf(command), optionsOf<InstallOptions>(command)));
    });
}

export function defineSkillsStatus(command: Command): void {
  command.option(...HOME_OPTION).action(async () => {
    const { skillStatuses } = await import("../../../runner/skills/skill-status.ts");
    const { printReply } = await import("../perform-command.ts");
    const { codexHome, dataDir } = await placeOf(command);
    const statuses = await skillStatuses(codexHome, SKILL_NAMES);
    await printReply(command, statusReply(codexHome, statuses, await versionsInForce(dataDir)));
  });
}

async function placeOf(command: Command): Promise<Place> {
  const { loadRunnerSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { skillTemplate } = await import("../../../runner/skills/skill-status.ts");
  const { codexHome, ...options } = optionsOf<Options>(command);
  const { dataDir, environment } = loadRunnerSettings(settingsSource(options));
  const place = codexHome === undefined ? skillTemplate(dataDir) : named(codexHome);
  return { codexHome: place, dataDir, environment };
}

/** A shell leaves `~` alone in `--codex-home=~/.codex`. */
function named(folder: string): string {
  return resolve(folder.replace(/^~(?=\/|$)/, homedir()));
}

type Versions = Readonly<Record<string, string | undefined>>;

/** What attempts on this machine get: the shipped version, or one that was accepted on top of it. */
async function versionsInForce(dataDir: string): Promise<Versions> {
  const { acceptedSkills, readInForce } = await import("../../../runner/skills/accepted.ts");
  const read = await Promise.all(SKILL_NAMES.map((name) => readInForce(name, acceptedSkills(dataDir))));
  return Object.fromEntries(read.flatMap((skill) => (skill === null ? [] : [[skill.name, skill.version]])));
}

async function install({ codexHome, environment }: Place, options: InstallOptions): Promise<Reply> {
  const { installSkills } = await import("../../../runner/skills/install-skills.ts");
  const { installCuratedCi = false, force = false, name: names = [...SKILL_NAMES] } = options;
  const installation = await installSkills({ codexHome, names, force });
  if (installation.kind === "drifted") throw drifted(codexHome, installation.names);
  const curated = installCuratedCi ? await curatedOf({ codexHome, environment }, force) : null;
  return installReply(codexHome, installation, curated);
}

async function curatedOf(place: Omit<Place, "dataDir">, force: boolean): Promise<Curated> {
  const { installCurated } = await import("../../../runner/skills/install-curated.ts");
  return installCurated({ ...place, force, signal: new AbortController().signal });
}

function drifted(codexHome: string, names: readonly SkillName[]): Problem {
  return new Problem(
    `Nothing was written to ${join(codexHome, "skills")}`,
    `${names.join(", ")} is there and is not the shipped version`,
    "Compare them with agentpr skills-status, then replace them with --force",
    EXIT.refused,
  );
}

type Done = Extract<Installation, { kind: "done" }>;

function installReply(codexHome: string, { root, results }: Done, curated: Curated | null): Reply {
  const missing = results.filter(({ result }) => result === "missing_source").map(({ name }) => name);
  if (missing.length > 0) throw damaged(missing);
  const facts: Fact[] = results.map(({ name, result }) => [name, result.replaceAll("_", " ")]);
  const data = { codex_home: codexHome, skills_root: root, results, curated_ci_install: curated };
  return { ok: true, text: `Skills in ${root}:`, facts: [...facts, ...curatedFacts(curated)], data };
}

function damaged(names: readonly string[]): Problem {
  const what = `agentpr's own copy of ${names.join(", ")} is missing or damaged`;
  return new Problem(what, "its SKILL.md cannot be read", "Install agentpr again");
}

function curatedFacts(curated: Curated | null): Fact[] {
  if (curated === null) return [];
  if (curated.kind === "unavailable")
    return [["warning", `curated skills were not installed, everything else was: ${curated.why}`]];
  const fact =
    (result: string) =>
    (name: string): Fact => [name, result];
  return [...curated.installed.map(fact("installed")), ...curated.kept.map(fact("already installed"))];
}

function statusReply(codexHome: string, statuses: readonly SkillStatus[], inForce: Versions): Reply {
  const root = join(codexHome, "skills");
  const facts = statuses.map((status): Fact => [status.name, described(status) + used(status, inForce)]);
  const skills = statuses.map(({ name, status, version, hash, shippedVersion, shippedHash }) => ({
    ...{ name, status, version, hash },
    ...{ shipped_version: shippedVersion, shipped_hash: shippedHash, used_version: inForce[name] ?? null },
  }));
  return {
    ok: true,
    text: `Skills in ${root}:`,
    facts,
    data: { codex_home: codexHome, skills_root: root, skills },
  };
}

function used({ name, shippedVersion }: SkillStatus, inForce: Versions): string {
  const version = inForce[name];
  return version === undefined || version === shippedVersion
    ? ""
    : `; attempts use ${version}, which was accepted`;
}

function described({ status, version, hash, shippedVersion, shippedHash }: SkillStatus): string {
  const own = `${version ?? "no version"} (${hash?.slice(0, 12) ?? "nothing"})`;
  const shipped = `${shippedVersion ?? "none"} (${shippedHash?.slice(0, 12) ?? "damaged"})`;
  if (status === "missing") return `missing; the shipped ${shipped} is used by attempts`;
  return status === "installed" ? `installed, ${own}` : `drifted: ${own} is there, ${shipped} is shipped`;
}
