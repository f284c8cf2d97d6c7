import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { anything, promptHas, say, shell, slow, turn, writeFile } from "../../../demo/model/conversation.ts";
import { readBundle } from "../../../src/database/changes.ts";
import { publishChange } from "../../../src/git/publish.ts";
import { testDatabases } from "../../support/databases.ts";
import { withinMs } from "../../support/proof.ts";
import { IDENTITY, LIMITS, type Stand, stand } from "../../support/workspace.ts";
import { eventually, testWorld } from "../../support/world.ts";
import { testBoxed } from "../box/boxed.ts";
import { attemptStand, BRANCH, RUN } from "./attempt-stand.ts";

const databases = testDatabases();
let target: Stand;
beforeAll(async () => {
  target = await stand({ "README.md": "hello\n", ".gitattributes": "*.md filter=evil diff=evil\n" });
});
afterAll(() => target[Symbol.asyncDispose]());

const DONE = say('{"status":"pass","title":"Add a thing","notes":"done"}');

/** Ways in which a child tries to outlive its attempt; each carries a name that nothing else has. */
const RUNAWAYS = (name: string) =>
  [
    `setsid nohup bash -c 'exec -a ${name} sleep 300' >/dev/null 2>&1 &`,
    `(setsid bash -c '(exec -a ${name} sleep 300) &' >/dev/null 2>&1 &)`,
    `(cd / && env -i /usr/bin/setsid /usr/bin/bash -c 'trap "" TERM HUP INT; exec -a ${name} sleep 300' &)`,
    "touch started; sleep 300",
  ].join("\n");

const STOPS = [
  ["a pause", "update runs set state = 'PAUSED'", "done"],
  ["a cancelled run", "update runs set state = 'FAILED'", "done"],
  [
    "a lease that another runner holds",
    "update jobs set claim_id = claim_id + 1 where kind = 'attempt'",
    "lost",
  ],
] as const;

for (const [index, [what, statement, kind]] of STOPS.entries())
  testBoxed(
    `${what} reaches the real Codex within a second, and nothing of it stays alive`,
    async (bwrap) => {
      const world = testWorld(await databases.open("sqlite"));
      const name = `runaway-${process.pid}-${index}`;
      const conversation = [turn(anything, [shell(RUNAWAYS(name)), DONE])];
      const { attempt, model } = await attemptStand(world, target, { bwrap, conversation });
      const machine = `stop-${index}`;

      const running = attempt(machine);
      const started = join(target.root, machine, "runs/octo/target", RUN, "tree/started");
      await eventually("the command runs", async () => existsSync(started) && running3(name), 25_000);
      await world.database.knex.raw(statement);
      const begin = performance.now();
      await eventually("nothing of it is alive", async () => alive(name) === 0, 20_000);
      const took = performance.now() - begin;
      const { outcome, attempt: row } = await running;
      await model.stop();

      expect(took).toBeLessThan(withinMs(1_000));
      expect(outcome.kind).toBe(kind);
      expect(row.report?.evidence.codex?.kind ?? "none").toBe(kind === "lost" ? "none" : "cancelled");
    },
  );

testBoxed(
  "a fix goes on with the thread on another machine, and where it cannot, says why",
  async (bwrap) => {
    const world = testWorld(await databases.open("sqlite"));
    const conversation = [
      turn(promptHas("attempt number 1"), [writeFile("one.txt", "1"), DONE]),
      turn(anything, [writeFile("more.txt", "2"), DONE]),
    ];
    const { attempt, model } = await attemptStand(world, target, { bwrap, conversation });

    const first = (await attempt("here")).attempt.report;
    const threadId = first?.threadId ?? "";
    const second = (await attempt("there", { threadId })).attempt.report;
    const asked = model.requests().length;
    // What lies on the first machine is older now: it must not be gone on with.
    const third = (await attempt("here", { threadId })).attempt.report;
    const told = JSON.stringify(model.requests().slice(asked));
    await world.database.knex("sessions").update({ data: Buffer.from("not what was packed") });
    const fourth = (await attempt("elsewhere", { threadId })).attempt.report;
    await world.database.knex("sessions").delete();
    const fifth = (await attempt("nowhere", { threadId })).attempt.report;
    await model.stop();

    expect(first).toMatchObject({ resumed: false, notResumed: null, model: "gpt-scripted" });
    expect(second).toMatchObject({ resumed: true, notResumed: null, threadId });
    expect(third).toMatchObject({ resumed: true, notResumed: null, threadId });
    expect(told).toContain("attempt number 1");
    expect(told).toContain("attempt number 2");
    expect(fourth).toMatchObject({
      resumed: false,
      notResumed: expect.stringContaining("could not be put back"),
    });
    expect(fourth?.threadId).not.toBe(threadId);
    expect(fifth).toMatchObject({ resumed: false, notResumed: expect.stringContaining("was not kept") });
  },
);

const MARK = (name: string) => `touch "$PWD/.agentpr_runtime/ran-${name}"`;
/** Hooks, filters, fsmonitor, textconv, credentials, pager and editor, includes, ssh; and whatever else git would start. */
const PLANTED = [
  "mkdir -p .agentpr_runtime/husky; here=$PWD",
  ...[
    "pre-commit",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "pre-push",
    "commit-msg",
  ].map(
    (hook) =>
      `printf '#!/bin/sh\\ntouch %s/.agentpr_runtime/ran-hook\\n' "$here" > .git/hooks/${hook}; chmod +x .git/hooks/${hook}; cp .git/hooks/${hook} .agentpr_runtime/husky/${hook}`,
  ),
  ...[
    ["core.hooksPath", ".agentpr_runtime/husky"],
    ["core.fsmonitor", `${MARK("fsmonitor")};`],
    ["filter.evil.clean", `${MARK("clean")}; cat`],
    ["filter.evil.smudge", `${MARK("smudge")}; cat`],
    ["filter.evil.process", MARK("process")],
    ["filter.evil.required", "true"],
    ["diff.evil.textconv", MARK("textconv")],
    ["diff.evil.command", MARK("diff")],
    ["diff.external", MARK("external")],
    ["credential.helper", `!${MARK("credential")}`],
    ["core.askPass", MARK("askpass")],
    ["core.pager", MARK("pager")],
    ["core.editor", MARK("editor")],
    ["core.sshCommand", MARK("ssh")],
    ["core.gitProxy", MARK("proxy")],
    ["core.alternateRefsCommand", MARK("alternate")],
    ["uploadpack.packObjectsHook", MARK("pack")],
    ["gpg.program", MARK("gpg")],
    ["commit.gpgSign", "true"],
    ["include.path", "../evil.config"],
    ["includeIf.gitdir:/**.path", "../evil.config"],
    ["url.ext::sh -c touch% /tmp/x.insteadOf", "http"],
  ].map(
    ([key, value]) =>
      `git config '${key}' "$(cat <<'END'\n${value}\nEND\n)" && sed -i "s|\\$PWD|$here|" .git/config`,
  ),
  `printf '[core]\\n\\tfsmonitor = touch %s/.agentpr_runtime/ran-include\\n' "$here" > evil.config`,
  "echo more >> README.md",
].join("\n");

testBoxed("what the agent plants for git runs 0 times, from candidate to push", async (bwrap) => {
  const world = testWorld(await databases.open("sqlite"));
  const { attempt, model } = await attemptStand(world, target, {
    bwrap,
    conversation: [turn(anything, [shell(PLANTED), DONE])],
  });

  const { report } = (await attempt("planted")).attempt;
  const tree = join(target.root, "planted/runs/octo/target", RUN, "tree");
  const bundle = report?.change ? await readBundle(world.database.knex, report.change.id) : null;
  if (!report?.change || bundle === null) throw new Error(JSON.stringify(report?.grade));
  const published = await publishChange({
    url: target.url,
    token: null,
    branch: BRANCH,
    expectRemoteSha: null,
    change: report.change,
    bundle,
    identity: IDENTITY,
    limits: LIMITS,
    signal: new AbortController().signal,
  });
  await model.stop();

  const config = readFileSync(join(tree, ".git/config"), "utf8");
  for (const word of ["fsmonitor", "textconv", "sshCommand", "includeIf", "credential"])
    expect(config).toContain(word);
  expect(published).toMatchObject({ kind: "published" });
  expect(readdirSync(join(tree, ".agentpr_runtime"))).toEqual(["husky"]);
  expect(report.change.diff.files.map(({ path }) => path)).toEqual(["README.md", "evil.config"]);
  // And it would have: an ordinary git in that very tree runs what was planted.
  spawnSync("git", ["add", "--all"], { cwd: tree });
  expect(readdirSync(join(tree, ".agentpr_runtime")).length).toBeGreaterThan(1);
});

testBoxed("a spent allowance parks the run until its reset, and calls nobody", async (bwrap) => {
  const world = testWorld(await databases.open("sqlite"));
  const { attempt, model } = await attemptStand(world, target, {
    bwrap,
    conversation: [
      turn(anything, [
        slow(1, {
          kind: "refuse",
          status: 429,
          message: "spent",
          type: "usage_limit_reached",
          code: null,
          retryAfter: 90,
        }),
      ]),
    ],
  });

  const begin = Date.now();
  const { report } = (await attempt("limited")).attempt;
  await model.stop();

  expect(report).toMatchObject({
    grade: { reason: "provider_limit" },
    evidence: { codex: { kind: "provider_limit" } },
  });
  const wait = (report?.evidence.codex?.resetAt ?? 0) - begin;
  expect(wait).toBeGreaterThan(80_000);
  expect(wait).toBeLessThan(200_000);
});

function running3(name: string): boolean {
  return alive(name) >= 3;
}

function alive(name: string): number {
  const pids = readdirSync("/proc").filter((each) => /^\d+$/.test(each));
  return pids.filter((pid) => commandOf(pid).startsWith(name)).length;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return ""; // gone meanwhile
  }
}
