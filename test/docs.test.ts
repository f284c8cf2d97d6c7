import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import type { Action } from "../src/actions/action.ts";
import { ACTIONS, findAction } from "../src/actions/actions.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { SHAPES } from "../src/cli/print-json.ts";
import { AppEnv, RunnerEnv } from "../src/config/env.ts";
import { policyJsonSchema } from "../src/config/policy-schema.ts";
import { GithubWebhook, TelegramBot } from "../src/config/policy-sections.ts";
import { PROJECT_ROOT } from "../src/config/settings.ts";
import { GATE_CHECKS } from "../src/core/gate-checks.ts";
import { REASONS } from "../src/core/grade.ts";
import { RULES } from "../src/core/grading-rules.ts";
import { LEGAL } from "../src/core/legal-decisions.ts";
import { packetJsonSchema } from "../src/core/packet-schema.ts";
import { LAYER_KEYS } from "../src/core/policy-layer.ts";
import { EXIT } from "../src/core/problem.ts";
import { FROM_ANY_OPEN, FROM_ANY_WITH_PR, TRANSITIONS } from "../src/core/transitions.ts";
import { neededPermissions, PERMISSIONS } from "../src/github/client/permissions.ts";
import { EVENTS } from "../src/github/facts/events.ts";
import { COMMANDS as BOT_COMMANDS } from "../src/telegram/commands.ts";

const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...markdownIn("docs"),
  ...markdownIn("docs/decisions"),
];
const VARIABLES = [...new Set([...Object.keys(AppEnv.shape), ...Object.keys(RunnerEnv.shape)])].toSorted();

test("the README's commands are the command line's", () => {
  const rows = tableUnder("README.md", "## Commands");

  expect(rows).toEqual(COMMANDS.map(({ name, summary }) => [`\`${name}\``, summary]));
});

test("the README's commands on GitHub are the actions, in their words", () => {
  const rows = tableUnder("README.md", "### On GitHub").map(([usage = "", words]) => [
    usage.split(/[ `]/)[2],
    words,
  ]);
  const words = new Map(rows.map(([name = "", text]) => [findAction(name)?.name ?? name, text]));
  const coded = Object.entries<Action>(ACTIONS).map(([name, { summary }]) => [name, summary]);

  expect(coded.filter(([name = "", summary]) => name !== "create" && words.get(name) !== summary)).toEqual(
    [],
  );
  expect([...words.keys()].toSorted()).toEqual([...Object.keys(ACTIONS), "help"].toSorted());
});

test("docs/json.md explains every shape that --json prints", () => {
  const rows = tableUnder("docs/json.md", "# JSON");

  expect(rows.map(([version]) => unquoted(version))).toEqual([...SHAPES]);
});

test("the README's exit codes are the program's", () => {
  const codes = tableUnder("README.md", "### Exit codes").map(([code]) => Number(code));

  expect(codes).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
});

test("the README's settings and .env.example are what the processes read", () => {
  const rows = tableUnder("README.md", "## Settings");
  const example = read(".env.example").matchAll(/^([A-Z_]+)=$/gm);

  expect(rows.map(([name]) => unquoted(name)).toSorted()).toEqual(VARIABLES);
  expect([...example].map(([, name]) => name).toSorted()).toEqual(VARIABLES);
});

test("every setting of .env.example has a comment of its own", () => {
  expect(read(".env.example").match(/(?<!^#.*\n)^[A-Z_]+=$/gm)).toBeNull();
});

test("the README says which process takes a setting", () => {
  const wrong = tableUnder("README.md", "## Settings").filter(([name, process]) => {
    const [app, runner] = [AppEnv, RunnerEnv].map((schema) => unquoted(name) in schema.shape);
    return process !== (app && runner ? "both" : app ? "app" : "runner");
  });

  expect(wrong).toEqual([]);
});

test.each([
  ["run_agent_step", LAYER_KEYS],
  ["github_webhook", GithubWebhook.shape],
  ["telegram_bot", TelegramBot.shape],
] as const)("docs/settings.md explains every key of %s in the words of the code", (section, shape) => {
  const rows = tableUnder("docs/settings.md", `## Keys of \`${section}\``);
  const coded = Object.entries<z.ZodType>(shape).map(([key, schema]) => [key, whyOf(schema)]);

  expect(rows.map(([key, , , why]) => [unquoted(key), why])).toEqual(coded);
});

/** A key that may be left out has its words one schema further in. */
function whyOf(schema: z.ZodType): string | undefined {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType).description : schema.description;
}

test("policy/policy.schema.json is what the code would make now (CONTRIBUTING says how)", () => {
  expect(JSON.parse(read("policy/policy.schema.json"))).toEqual(
    JSON.parse(JSON.stringify(policyJsonSchema())),
  );
});

test("policy/task_packet.schema.json is what the code would make now (CONTRIBUTING says how)", () => {
  expect(JSON.parse(read("policy/task_packet.schema.json"))).toEqual(
    JSON.parse(JSON.stringify(packetJsonSchema())),
  );
});

test("the state chart has exactly the edges of the tables", () => {
  const chart = read("docs/design.md").matchAll(/^ {2}([A-Z_]+) --> ([A-Z_]+): (.+)$/gm);
  const drawn = [...chart].flatMap(([, from, to, events = ""]) =>
    events.split(", ").map((event) => `${from} ${event} ${to}`),
  );
  const tables = { ...TRANSITIONS, ANY_OPEN: FROM_ANY_OPEN, ANY_WITH_PR: FROM_ANY_WITH_PR };
  const coded = Object.entries(tables).flatMap(([from, moves]) =>
    Object.entries(moves).map(([event, to]) => `${from} ${event} ${to}`),
  );

  expect(drawn.toSorted()).toEqual(coded.toSorted());
});

test("docs/design.md shows every rule of deciding, with what is legal where it applies", () => {
  const rows = tableUnder("docs/design.md", "## What the manager decides");
  const coded = Object.entries(LEGAL).map(([name, { states, when, does, orElse }]) => [
    ...[`\`${name}\``, states.join(", "), when, does.join(", "), orElse.join(", ") || "–"],
  ]);

  expect(rows).toEqual(coded);
});

test("docs/reason-codes.md explains every reason, with the grade that the rules give it", () => {
  const rows = tableUnder("docs/reason-codes.md", "# Reason codes");
  const grades = new Map<string, string>(RULES.map(({ reason, grade }) => [reason, grade]));

  expect(rows.map(([reason]) => unquoted(reason))).toEqual([...REASONS]);
  for (const [reason, grade] of rows) expect(grade).toBe(grades.get(unquoted(reason)) ?? "HUMAN_REVIEW");
});

test("docs/design.md lists the checks of the gate, and which of them are hard or ask GitHub", () => {
  const rows = tableUnder("docs/design.md", "## The gate").map((row) => row.slice(0, 3));
  const coded = GATE_CHECKS.map(({ id, hard, outside }) => [
    `\`${id}\``,
    hard ? "yes" : "",
    outside ? "yes" : "",
  ]);

  expect(rows).toEqual(coded);
});

test("every threat in docs/security.md names a test that is there", () => {
  const rows = tableUnder("docs/security.md", "## Threats, and what proves the defence");

  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter(([, , file, name = ""]) => !read(unquoted(file)).includes(name))).toEqual([]);
});

test("every fault in docs/operating.md names a test that is there", () => {
  const rows = tableUnder("docs/operating.md", "## Faults that are proved");
  const named = rows.map(([, cell = ""]) => /^`([^`]+)`: (.+)$/.exec(cell) ?? ["", "", cell]);

  expect(rows.length).toBeGreaterThan(10);
  expect(named.filter(([, file = "", name = ""]) => file === "" || !read(file).includes(name))).toEqual([]);
});

test("docs/design.md shows every token that is ever minted", () => {
  const rows = tableUnder("docs/design.md", "## What each token may do");
  const coded = Object.entries(PERMISSIONS).map(([purpose, permissions]) => [
    `\`${purpose}\``,
    Object.entries(permissions)
      .map((pair) => pair.join(": "))
      .join(", "),
  ]);

  expect(rows).toEqual(coded);
});

test("app.yml asks for the events that are handled and the permissions that are used", () => {
  const manifest = parse(read("app.yml")) as Record<string, unknown>;
  const subscribed = Object.entries(EVENTS).flatMap(([event, { subscribed: yes }]) => (yes ? [event] : []));

  expect(manifest.default_events).toEqual(expect.arrayContaining(subscribed));
  expect(manifest.default_permissions).toEqual(neededPermissions());
});

test("CONTRIBUTING says of every dependency why it is there", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
  const named = tableUnder("CONTRIBUTING.md", "## Dependencies").map(([name]) => unquoted(name));

  expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

test.each(DOCUMENTS)("every file that %s names is there", (document) => {
  const named = [...read(document).matchAll(/`((?:src|runner|demo|test|docs|policy|deploy)\/[\w./@-]+)`/g)];
  const linked = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) =>
    join(document, "..", path),
  );

  const missing = [...named.map(([, path = ""]) => path), ...linked].filter(
    (path) => !existsSync(join(PROJECT_ROOT, path)),
  );
  expect(missing).toEqual([]);
});

test("docs/telegram.md lists the bot's commands with their tiers", () => {
  const rows = tableUnder("docs/telegram.md", "## Commands").map(([usage, tier]) => [unquoted(usage), tier]);

  expect(rows).toEqual(BOT_COMMANDS.map(({ usage, tier }) => [usage, tier]));
});

test("the lock file names no registry", () => {
  expect(read("package-lock.json").match(/"resolved": "https?:[^"]*"/g) ?? []).toEqual([]);
});

function read(file: string): string {
  return readFileSync(join(PROJECT_ROOT, file), "utf8");
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(PROJECT_ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

/** The rows of the first table after a heading, without its head. */
function tableUnder(file: string, heading: string): string[][] {
  const lines = read(file).split("\n");
  const from = lines.indexOf(heading);
  const start = lines.findIndex((line, at) => at > from && line.startsWith("|"));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end === -1 ? undefined : end).map(cells);
}

function cells(row: string): string[] {
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function unquoted(cell = ""): string {
  return cell.replaceAll("`", "");
}
