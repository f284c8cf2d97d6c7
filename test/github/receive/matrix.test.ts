import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { ACTIONS } from "../../../src/actions/actions.ts";
import { ROLES, type Role } from "../../../src/core/role.ts";
import { BUTTONS } from "../../../src/github/comments/buttons.ts";
import {
  type Author,
  type Outcome,
  PEOPLE,
  type ReceiveStand,
  raiseReceiveStand,
} from "../../support/receive-stand.ts";

jest.setTimeout(120_000);
let stand: ReceiveStand;
beforeAll(async () => {
  stand = await raiseReceiveStand();
});
afterAll(() => stand.stop());

// Written by hand: what comes of each command for each role, from none to admin.
//   .  a reaction and nothing else    r  refused for the role, with an answer    x  refused otherwise, with an answer
//   d  done without an answer         a  done and answered                       -  as if it had not been written
const COMMANDS: Readonly<Record<string, { line: string; by: string }>> = {
  //                                              none, read, triage, write, maintain, admin
  create: { line: "run duplicate=yes", by: /* */ ". . r d d d" },
  create_elsewhere: { line: "create afar/project", by: ". . x x x x" },
  status: { line: "status", by: /*            */ ". . a a a a" },
  show: { line: "show", by: /*                */ ". . a a a a" },
  list: { line: "list", by: /*                */ ". . a a a a" },
  overview: { line: "overview", by: /*        */ ". . a a a a" },
  next: { line: "next", by: /*                */ ". . a a a a" },
  pending_pr: { line: "pending-pr", by: /*    */ ". . a a a a" },
  explain: { line: "explain", by: /*          */ ". . a a a a" },
  // No order of the attempt is kept in this stand, so there is nothing to analyse.
  analyze: { line: "analyze", by: /*          */ ". . r x x x" },
  inspect: { line: "inspect", by: /*          */ ". . r a a a" },
  // They may hold anything, and everybody reads along there.
  logs: { line: "logs", by: /*                */ ". . r x x x" },
  budget: { line: "budget", by: /*            */ ". . a a a a" },
  pause: { line: "pause", by: /*              */ ". . r d d d" },
  resume: { line: "resume", by: /*            */ ". . r d d d" },
  retry: { line: "retry", by: /*              */ ". . r d d d" },
  cancel: { line: "cancel", by: /*            */ ". . r d d d" },
  // Nobody has reviewed the stand's run.
  answer: { line: "answer so be it", by: /*   */ ". . r x x x" },
  // The stand's run does not need a person, so there is nothing to finish.
  mark_done: { line: "mark-done", by: /*      */ ". . r x x x" },
  notify: { line: "notify message=look", by: ". . r d d d" },
  request_pr: { line: "request-pr", by: /*    */ ". . r d d d" },
  approve_pr: { line: "approve SHA", by: /*   */ ". . r x d d" },
  reject_pr: { line: "reject too big", by: /* */ ". . r d d d" },
  withdraw_pr: { line: "withdraw", by: /*     */ ". . r d d d" },
  help: { line: "help", by: /*                */ ". . a a a a" },
  misspelt: { line: "pasue", by: /*           */ ". . x x x x" },
};

// The same of the buttons; nobody is answered there, so a refusal stands in the inbox alone.
const CLICKS: Readonly<Record<string, string>> = {
  request_pr: "r r r d d d",
  approve_pr: "r r r x d d",
  withdraw_pr: "r r r d d d",
  retry: "r r r d d d",
  cancel: "r r r d d d",
};

/** How GitHub describes the writer; what it says of an association is wrong for private members, and counts for nothing. */
const KINDS: readonly [string, (login: string) => Author, "person" | "nobody"][] = [
  ["member", (login) => ({ user: { login, type: "User" }, association: "MEMBER" }), "person"],
  ["outsider", (login) => ({ user: { login, type: "User" }, association: "NONE" }), "person"],
  ["bot", (login) => ({ user: { login, type: "Bot" }, association: "MEMBER" }), "nobody"],
  ["app", (login) => ({ user: { login, type: "User" }, association: "OWNER", app: "helpful" }), "nobody"],
  ["ghost", () => ({ user: null, association: "OWNER" }), "nobody"],
];

const CASES = KINDS.flatMap(([kind, author, who]) => ROLES.map((role) => [kind, role, author, who] as const));

function letterOf({ reactions, answers }: Outcome): string {
  const [answer = null] = answers;
  if (answers.length > 1) return `${answers.length} answers`;
  if (reactions.length === 0 && answer === null) return "-";
  if (reactions.includes("rocket")) return answer === null ? "d" : "a";
  if (answer === null) return ".";
  return answer.includes("needs the role") ? "r" : "x";
}

function expected(by: string, role: Role): string {
  return by.split(" ")[ROLES.indexOf(role)] ?? "";
}

test.each(CASES)("what a %s with role %s commands", async (_kind, role, author, who) => {
  const seen: Record<string, string> = {};
  for (const [name, { line }] of Object.entries(COMMANDS)) {
    const run = await stand.seed(name === "resume" ? { state: "PAUSED", pausedFrom: "PUSHED" } : {});
    const written = `/agentpr ${line.replace("SHA", run.changeSha?.slice(0, 40) ?? "")}`;
    const outcome = await stand.comment(author(PEOPLE[role]), run.request.issue ?? 0, written);
    seen[name] = letterOf(outcome);
    if (!["d", "a"].includes(seen[name])) await expectUntouched(run.id, run.version);
  }

  const byHand = Object.entries(COMMANDS).map(([name, { by }]) => [
    name,
    who === "nobody" ? "-" : expected(by, role),
  ]);
  expect(seen).toEqual(Object.fromEntries(byHand));
});

test.each(CASES)("what a %s with role %s presses", async (kind, role, author, who) => {
  const pressed: Record<string, string> = {};
  for (const identifier of Object.keys(CLICKS)) {
    const run = await stand.seed();
    // A click carries no comment, so an app that acts in somebody's name is told by its sender alone.
    const sender = kind === "app" ? { user: { login: "helpful[bot]", type: "Bot" } } : author(PEOPLE[role]);
    const note = await stand.click(sender, run.changeSha ?? "", identifier);
    const untouched = (await stand.run(run.id))?.version === run.version;
    pressed[identifier] = note.includes("not pressed by a person")
      ? "-"
      : note.includes("needs the role")
        ? "r"
        : untouched
          ? "x"
          : "d";
    if (pressed[identifier] !== "d") expect(untouched).toBe(true);
  }

  const byHand = Object.entries(CLICKS).map(([name, by]) => [
    name,
    who === "nobody" ? "-" : expected(by, role),
  ]);
  expect(pressed).toEqual(Object.fromEntries(byHand));
});

async function expectUntouched(id: string, version: number): Promise<void> {
  expect(await stand.run(id)).toMatchObject({ id, version });
}

test("every action and every button stands in these tables", () => {
  const names = new Set(Object.keys(COMMANDS));

  expect(Object.keys(ACTIONS).filter((name) => !names.has(name))).toEqual([]);
  expect(Object.values(BUTTONS).filter(({ identifier }) => !(identifier in CLICKS))).toEqual([]);
});

test("whoever made the request may ask about its run and cancel it, whatever their role; the rest is refused once", async () => {
  const sam = { user: { login: "sam", type: "User" } };
  const seen: Record<string, string> = {};
  for (const line of [
    "status",
    "explain",
    "budget",
    "help",
    "show",
    "pause",
    "retry",
    "request-pr",
    "run",
    "cancel",
  ]) {
    const run = await stand.seed();
    seen[line] = letterOf(await stand.comment(sam, run.request.issue ?? 0, `/agentpr ${line}`));
  }

  expect(seen).toEqual({
    ...{ status: "a", explain: "a", budget: "a", help: "a", cancel: "d" },
    ...{ show: "r", pause: "r", retry: "r", "request-pr": "r", run: "r" },
  });
});

test("a bot that is listed has the role that GitHub gives it, and no other", async () => {
  const { own } = stand.context;
  stand.context.own = { ...own, bots: ["wren", "rita"] };
  const say = async (login: string) => {
    const run = await stand.seed();
    return letterOf(
      await stand.comment({ user: { login, type: "Bot" } }, run.request.issue ?? 0, "/agentpr pause"),
    );
  };

  expect([await say("wren"), await say("rita"), await say("ada")]).toEqual(["d", ".", "-"]);
  stand.context.own = own;
});

test("a role is asked for anew for each command, and what GitHub does not answer is not carried out", async () => {
  const run = await stand.seed();
  const issue = run.request.issue ?? 0;
  const wren = { user: { login: "wren", type: "User" } };
  const { roleOf } = stand.context.github;
  const asked: string[] = [];
  stand.context.github = {
    ...stand.context.github,
    roleOf: async (_target, login) => {
      asked.push(login);
      return asked.length === 1 ? "write" : "triage";
    },
  };
  const two = await stand.comment(wren, issue, "/agentpr pause\n/agentpr cancel");
  stand.context.github = {
    ...stand.context.github,
    roleOf: () => Promise.reject(new Error("GitHub is away")),
  };
  const away = stand.comment(wren, issue, "/agentpr cancel");

  await expect(away).rejects.toThrow("GitHub is away");
  expect(two.answers.join()).toContain("wren has triage");
  expect(await stand.run(run.id)).toMatchObject({ state: "PAUSED" });
  stand.context.github = { ...stand.context.github, roleOf };
});
