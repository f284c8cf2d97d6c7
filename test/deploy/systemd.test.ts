import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { createProgram } from "../../src/cli/program.ts";
import { AppEnv, RunnerEnv } from "../../src/config/env.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";

const UNITS = join(PROJECT_ROOT, "deploy", "systemd");
const INSTALLED = "/opt/agentpr";
const ONCE = ["agentpr-backup.service", "agentpr-sync.service", "agentpr-webhook-audit-alert.service"];
const NAMES = ["agentpr-app.service", "agentpr-runner@.service", "agentpr-telegram.service"];
const SERVICES = [...NAMES, ...ONCE];
const TIMERS = ONCE.map((name) => name.replace(".service", ".timer"));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpr-units-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Setting = { section: string; key: string; value: string };

async function settingsOf(name: string): Promise<Setting[]> {
  const text = await readFile(join(UNITS, name), "utf8");
  let section = "";
  return text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (heading === undefined && key === undefined) throw new Error(`${name}: ${line}`);
    return key === undefined ? [] : [{ section, key, value: value ?? "" }];
  });
}

test("these are all the units", async () => {
  expect((await readdir(UNITS)).toSorted()).toEqual([...SERVICES, ...TIMERS].toSorted());
});

/** As commander understands it: an option that does not exist is an error. */
async function expectUnderstood(commandLine: string): Promise<void> {
  const [program = "", main = "", ...args] = commandLine.split(" ");
  await access(program.replace(INSTALLED, PROJECT_ROOT));
  await access(join(PROJECT_ROOT, main));
  const agentpr = await createProgram(args);
  const command = agentpr.commands.find((each) => each.name() === args[0]);
  const flags = args.slice(1).filter((word) => word.startsWith("--"));
  const taken = [...agentpr.options, ...(command?.options ?? [])].map(({ long }) => long);
  expect({ command: command?.name(), unknown: flags.filter((flag) => !taken.includes(flag)) }).toEqual({
    command: args[0],
    unknown: [],
  });
}

test.each(SERVICES)("%s starts what is there, with flags that it takes", async (name) => {
  const settings = await settingsOf(name);
  const commands = settings.filter(({ key }) => key === "ExecStartPre" || key === "ExecStart");

  for (const { value } of commands) await expectUnderstood(value);
});

test.each(NAMES)(
  "%s starts after doctor has looked, tells when it is ready, and is watched",
  async (name) => {
    const settings = await settingsOf(name);
    const before = settings.find(({ key }) => key === "ExecStartPre")?.value ?? "";

    expect(before).toContain(" doctor ");
    for (const [key, value] of [
      ["Type", "notify"],
      ["NotifyAccess", "all"],
      ["KillMode", "mixed"],
    ])
      expect(settings).toContainEqual({ section: "Service", key, value });
    expect(settings.map(({ key }) => key)).toEqual(expect.arrayContaining(["WatchdogSec", "TimeoutStopSec"]));
  },
);

test.each(TIMERS)("%s starts a unit that is there", async (name) => {
  const settings = await settingsOf(name);

  await access(join(UNITS, name.replace(".timer", ".service")));
  expect(settings).toContainEqual({ section: "Install", key: "WantedBy", value: "timers.target" });
});

test.each(SERVICES)("nothing secret stands in %s", async (name) => {
  const set = (await settingsOf(name)).filter(({ key }) => key === "Environment");

  expect(set.filter(({ value }) => /TOKEN|SECRET|PRIVATE_KEY=|API_KEY|PASSWORD/.test(value))).toEqual([]);
});

test.each(SERVICES)("%s sets only variables that its process reads", async (name) => {
  const known = {
    ...(name.includes("runner") ? RunnerEnv : AppEnv).shape,
    NODE_ENV: true,
    NODE_COMPILE_CACHE: true,
  };
  const set = (await settingsOf(name)).filter(({ key }) => key === "Environment");

  expect(
    set.map(({ value }) => value.split("=")[0] ?? "").filter((variable) => !(variable in known)),
  ).toEqual([]);
});

test("each instance of the runner enrols under a name and with folders of its own", async () => {
  const set = (await settingsOf("agentpr-runner@.service")).filter(({ key }) => key === "Environment");
  const own = set.map(({ value }) => value).filter((value) => value.includes("%i"));

  expect(own.map((value) => value.split("=")[0])).toEqual([
    "AGENTPR_RUNNER_NAME",
    "AGENTPR_DATA_DIR",
    "AGENTPR_BASE_DIR",
  ]);
});

test("the runner's unit leaves its box possible", async () => {
  const settings = await settingsOf("agentpr-runner@.service");
  const forbidding = ["RestrictNamespaces", "ProtectKernelTunables", "ProtectKernelLogs", "ProtectProc"];

  const found = settings.filter(({ key, value }) => forbidding.includes(key) && value !== "no");
  const filters = settings.filter(({ key }) => key === "SystemCallFilter").map(({ value }) => value);
  expect(found).toEqual([]);
  for (const filter of filters) expect(filter).toMatch(/^~(?!.*@(mount|privileged|default|system-service))/);
});

test.each([...SERVICES, ...TIMERS])(
  "systemd itself finds nothing wrong with %s, where there is one",
  async (name) => {
    // An instance's name, and the place where this clone lies.
    const file = join(folder, name.replace("@.", "@1."));
    await writeFile(
      file,
      (await readFile(join(UNITS, name), "utf8")).replaceAll(`${INSTALLED}/`, `${PROJECT_ROOT}/`),
    );

    // A timer is looked at together with its service, which must be found beside it.
    if (name.endsWith(".timer")) {
      const service = name.replace(".timer", ".service");
      const text = await readFile(join(UNITS, service), "utf8");
      await writeFile(join(folder, service), text.replaceAll(`${INSTALLED}/`, `${PROJECT_ROOT}/`));
    }

    const found = await execa("systemd-analyze", ["verify", "--man=no", file], { reject: false, all: true });

    expect(found.code === "ENOENT" ? "" : found.all).toBe("");
  },
);

test.each(SERVICES)("systemd finds %s little exposed, where there is one", async (name) => {
  const file = join(folder, `rated-${name.replace("@.", "@1.")}`);
  await writeFile(file, await readFile(join(UNITS, name), "utf8"));

  const rated = await execa("systemd-analyze", ["security", "--offline=true", file], {
    reject: false,
    all: true,
  });

  const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(rated.all ?? "")?.[1];
  expect(rated.code === "ENOENT" || Number(exposure) <= 4).toBe(true);
});
