import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { PROJECT_ROOT } from "../src/config/settings.ts";

type Room = {
  /** Other rooms, and packages; `node:` stands for Node's own modules. */
  may: readonly string[];
  /** Words that must not stand in its code. */
  never?: RegExp;
};

const IMPURE =
  /\b(async (function|\()|await |Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|fetch\()/;
const RAW_SQL = /\.raw\(|\.select\(|from "knex"/;

/** The rooms and what each may know. A folder that is not listed is a room that nobody has decided on. */
const ROOMS: Record<string, Room> = {
  "src/core": { may: ["zod"], never: IMPURE },
  "src/database": { may: ["node:", "knex", "pg", "zod", "src/core"], never: /if \([^)]*\bstate ===/ },
  "src/engine": { may: ["node:", "knex", "pg", "pino", "zod", "src/core", "src/database"] },
  "src/actions": { may: ["node:", "knex", "zod", "src/core", "src/database", "src/engine", "src/reports"] },
  "src/jobs": {
    may: ["node:", "knex", "zod", "src/core", "src/database", "src/engine", "src/reports", "src/actions"],
  },
  "src/manager": { may: ["node:", "openai", "zod", "src/core"] },
  "src/reports": { may: ["src/core", "src/database", "zod"] },
  "src/github": {
    may: [
      ...["node:", "pino", "probot", "smee-client", "yaml", "zod", "@octokit/plugin-throttling"],
      ...["src/core", "src/actions", "src/engine", "src/database", "src/jobs"],
    ],
    never: RAW_SQL,
  },
  "src/telegram": {
    may: [
      ...["node:", "pino", "zod", "grammy", "@grammyjs/auto-retry", "@grammyjs/transformer-throttler"],
      ...["src/core", "src/actions", "src/engine", "src/database"],
    ],
    never: RAW_SQL,
  },
  "src/web": {
    may: ["node:", "prom-client", "zod", "src/core", "src/actions", "src/database", "src/reports"],
    never: RAW_SQL,
  },
  "src/traces": {
    may: [
      ...["node:", "pino", "@opentelemetry/api", "@opentelemetry/exporter-trace-otlp-http"],
      ...["@opentelemetry/resources", "@opentelemetry/sdk-trace", "src/core", "src/database", "src/engine"],
    ],
    never: RAW_SQL,
  },
  "src/git": { may: ["node:", "execa", "yaml", "zod", "src/core"] },
  "src/config": { may: ["node:", "zod", "src/core"] },
  "src/cli": {
    may: [
      ...[
        "node:",
        "commander",
        "execa",
        "pino",
        "zod",
        "src/core",
        "src/actions",
        "src/config",
        "src/database",
      ],
      ...["src/engine", "src/github", "src/main", "src/reports", "src/web", "runner", "demo"],
    ],
  },
  "src/main": {
    may: [
      ...[
        "node:",
        "execa",
        "pino",
        "node-cron",
        "zod",
        "src/core",
        "src/actions",
        "src/config",
        "src/database",
        "src/engine",
      ],
      ...[
        "src/git",
        "src/github",
        "src/jobs",
        "src/manager",
        "src/reports",
        "src/telegram",
        "src/traces",
        "src/web",
        "runner",
      ],
    ],
  },
  runner: {
    may: ["node:", "execa", "pino", "yaml", "zod", "src/core", "src/database", "src/engine", "src/git"],
  },
};

const FORBIDDEN_FOLDERS = /(^|\/)(utils?|helpers?|common|lib|libs|shared|services?|misc)(\/|$)/;

type Source = { file: string; room: string; code: string; text: string };

const SOURCES: readonly Source[] = ["src", "runner"].flatMap(codeFiles).map((file) => {
  const text = readFileSync(join(PROJECT_ROOT, file), "utf8");
  return { file, room: roomOf(file), text, code: withoutComments(text) };
});

test("every folder is a room that is listed", () => {
  expect(SOURCES.filter(({ room }) => ROOMS[room] === undefined).map(({ file }) => file)).toEqual([]);
});

test("no room knows what it must not", () => {
  const wrong = SOURCES.flatMap(({ file, room, code }) => {
    const allowed = new Set([room, ...(ROOMS[room]?.may ?? [])]);
    return importsOf(file, code)
      .filter((target) => !allowed.has(target))
      .map((target) => `${file} imports ${target}`);
  });

  expect(wrong).toEqual([]);
});

test("no room does what it must not", () => {
  const wrong = SOURCES.filter(({ room, code }) => ROOMS[room]?.never?.test(code)).map(({ file }) => file);

  expect(wrong).toEqual([]);
});

test("only the runner's entry reads settings", () => {
  const readers = SOURCES.filter(({ room, code }) => room === "runner" && /src\/config\//.test(code));

  expect(readers.map(({ file }) => file).filter((file) => file !== "runner/main.ts")).toEqual([]);
});

test("files stay small enough to be read in one go", () => {
  const limits = (file: string) => (file.startsWith("src/core/") ? 150 : 200);
  const long = [...SOURCES.map(({ file }) => file), ...codeFiles("demo")]
    .map((file) => ({ file, lines: readFileSync(join(PROJECT_ROOT, file), "utf8").split("\n").length - 1 }))
    .filter(({ file, lines }) => lines > limits(file));

  expect(long).toEqual([]);
});

test("no folder is named by nobody's purpose", () => {
  const folders = ["src", "runner", "demo", "test", "deploy"].flatMap(foldersOf);

  expect(folders.filter((folder) => FORBIDDEN_FOLDERS.test(folder))).toEqual([]);
});

test("there are named exports only, and neither enums nor any", () => {
  const wrong = /\bexport default\b|^\s*(export |const |declare )*enum \w|(:|\bas|<|\|)\s*any\b/m;

  expect(SOURCES.filter(({ code }) => wrong.test(code)).map(({ file }) => file)).toEqual([]);
});

function roomOf(file: string): string {
  return file.startsWith("src/") ? file.split("/").slice(0, 2).join("/") : "runner";
}

function importsOf(file: string, code: string): string[] {
  const found = code.matchAll(
    /^(?:import|export)[^;"]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm,
  );
  return [...new Set([...found].map(([, a, b, c]) => targetOf(file, a ?? b ?? c ?? "")))];
}

/** The room of a relative import; else the package, or `node:`. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  if (!specifier.startsWith(".")) return packageOf(specifier);
  const target = relative(PROJECT_ROOT, join(PROJECT_ROOT, file, "..", specifier));
  return target.startsWith("demo/") ? "demo" : roomOf(target);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|(?<=\s)\/\/ .*$/gm, "");
}

function codeFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.m?ts$/.test(name))
    .map((name) => `${folder}/${name}`);
}

function foldersOf(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(PROJECT_ROOT, join(entry.parentPath, entry.name)));
}
