import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { COMMANDS } from "../../src/cli/commands.ts";
import { AppEnv, RunnerEnv } from "../../src/config/env.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";

const UNITS = join(PROJECT_ROOT, "deploy", "systemd");
const INSTALLED = "/opt/agentpr";
const NAMES = ["agentpr-app.service", "agentpr-runner@.service"];

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
  expect((await readdir(UNITS)).toSorted()).toEqual(NAMES);
});

test.each(NAMES)("%s starts what is there, after doctor has looked", async (name) => {
  const settings = await settingsOf(name);
  const before = settings.find(({ key }) => key === "ExecStartPre")?.value ?? "";
  const start = settings.find(({ key }) => key === "ExecStart")?.value ?? "";

  for (const command of [before, start]) {
    const [program = "", main = "", argument = ""] = command.split(" ");
    await access(program.replace(INSTALLED, PROJECT_ROOT));
    await access(join(PROJECT_ROOT, main));
    expect(COMMANDS.map((each) => each.name)).toContain(argument);
  }
  expect(before).toContain(" doctor ");
});

test.each(NAMES)("%s sets only variables that its process reads", async (name) => {
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

test("the runner's unit leaves its box possible", async () => {
  const settings = await settingsOf("agentpr-runner@.service");
  const forbidding = [
    "RestrictNamespaces",
    "ProtectKernelTunables",
    "ProtectKernelLogs",
    "ProtectProc",
    "SystemCallFilter",
  ];

  const found = settings.filter(({ key, value }) => forbidding.includes(key) && value !== "no");
  expect(found).toEqual([]);
});

test.each(NAMES)("systemd itself finds nothing wrong with %s, where there is one", async (name) => {
  // An instance's name, and the place where this clone lies.
  const file = join(folder, name.replace("@.", "@1."));
  await writeFile(
    file,
    (await readFile(join(UNITS, name), "utf8")).replaceAll(`${INSTALLED}/`, `${PROJECT_ROOT}/`),
  );

  const found = await execa("systemd-analyze", ["verify", "--man=no", file], { reject: false, all: true });

  expect(found.code === "ENOENT" ? "" : found.all).toBe("");
});
