import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { ActionContext } from "../../src/actions/action.ts";
import { perform } from "../../src/actions/perform.ts";
import type { Reply } from "../../src/actions/reply.ts";
import { unseen } from "../../src/actions/survey.ts";
import { loadPolicy } from "../../src/config/policy-file.ts";
import { readJournal } from "../../src/database/journal.ts";
import { proseBy } from "../../src/main/write-prose.ts";
import { modelThat } from "../jobs/managed.ts";
import { type Flow, OWNER, REPO, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  branches,
  ours,
  PATH,
  push,
  quiet,
  say,
  type Talk,
  untilPushed,
} from "../support/flow-talk.ts";
import { runGit, writeFiles } from "../support/git-repository.ts";
import { rounds } from "../support/proof.ts";

jest.setTimeout(120_000);
let flow: Flow;
/** Runs once, between the app's last look at the branch and the creation. */
let beforeCreation: (() => void) | null = null;
let looks = 0;

const WORKFLOW = "name: Checks\non: pull_request\njobs: { test: { runs-on: x, steps: [{ run: 'true' }] } }\n";
const TEMPLATE = `<!-- Thanks! -->
## Summary

## Checklist

- [ ] All tests pass
- [x] I have read the contributing guidelines
`;

beforeAll(async () => {
  const people = {
    Ada: { github: ["ada"], telegram: [], unix: ["ada"] },
    Grace: { github: ["Grace"], telegram: [], unix: ["grace"] },
  };
  flow = await raiseFlow({
    files: { ".github/workflows/checks.yml": WORKFLOW },
    policy: { distinct_approver: true, people },
    onExchange: ({ template, status }) => {
      if (template !== "/installation/token" || status !== 204 || beforeCreation === null) return;
      // The first look is at the base, the second is the last one at the branch.
      looks += 1;
      if (looks < 2) return;
      beforeCreation();
      beforeCreation = null;
    },
  });
  const from = join(flow.dir, "inherited");
  writeFiles(from, { ".github/PULL_REQUEST_TEMPLATE.md": TEMPLATE });
  await flow.github.addRepository({ owner: OWNER, name: ".github", from });
});
afterAll(() => flow.stop());

type Input = Record<string, unknown>;
type Asking = Pick<ActionContext, "survey" | "writeProse">;

async function as(user: string, action: string, input: Input, more: Asking = {}): Promise<Reply> {
  const { world, settings } = flow;
  const { policyFor } = loadPolicy(settings.policyFile);
  const defaults = { promptVersion: settings.promptVersion, autokick: true };
  const context = { world, github: null, policyFor, promptFault: () => null, defaults, ...more };
  return perform(context, { via: "cli", user, cause: `cli:${randomUUID()}` }, action, input);
}

async function requestAs(user: string, { id: run }: Talk, input: Input = {}): Promise<string> {
  const shown = await as(user, "request_pr", { run, ...input });
  if (!shown.ok) throw new Error(shown.text);
  return shown.secret ?? "";
}

async function openPulls({ run }: Talk): Promise<{ head: { sha: string }; body: string }[]> {
  const { branch } = await run();
  return flow.people.ada.get(`${PATH}/pulls?state=open&head=${OWNER}:${branch}&per_page=10`);
}

async function events({ id }: Talk, type: string): Promise<object[]> {
  return (await readJournal(flow.world.database.knex, id))
    .map(({ event }) => event)
    .filter((event) => event.type === type);
}

async function sticky({ issue }: Talk): Promise<string> {
  return (await ours(flow, issue, "sticky"))[0]?.body ?? "";
}

test("a second person confirms what the card has shown, and the body fills the template of the target's owner", async () => {
  const talk = await untilPushed(flow, "Greet the world");
  const sha = (await talk.run()).changeSha ?? "";
  expect(await talk.say("/agentpr request-pr", "ada")).toBe("rocket");

  const card = await becomes("the card", async () => {
    const body = await sticky(talk);
    return body.includes("What would be opened") && body;
  });
  for (const part of [
    `- commit: \`${sha}\``,
    "- workflows: pushing starts none; opening starts `Checks`",
    "- template: `.github/PULL_REQUEST_TEMPLATE.md`",
    "- I have read the contributing guidelines",
    "- ✅ The branch is at the sealed commit",
    "- ⚠️ The contract is there and valid: the worker made no contract",
  ])
    expect(card).toContain(part);
  expect(await say(flow, "ada", talk.issue, `/agentpr approve ${sha.slice(0, 12)}`)).toBe("confused");
  expect(await say(flow, "grace", talk.issue, `/agentpr approve ${sha.slice(0, 12)}`)).toBe("rocket");

  await becomes("the pull request", async () => (await openPulls(talk)).length === 1);
  const [pull] = await openPulls(talk);
  expect(pull?.body).toContain("## Summary\n\nAs it was asked for.");
  expect(pull?.body).toContain("- [x] All tests pass\n- [ ] I have read the contributing guidelines");
  expect(pull?.body).not.toContain("Thanks!");
});

test("a model's prose is opened as it was shown, with no tick of its own, and the journal says who wrote", async () => {
  const talk = await untilPushed(flow, "Greet in good prose");
  const text = "It greets **everybody**, says @mia.\n- [x] All tests pass, twice";
  const port = modelThat(() => ({ sections: [{ section: "what", text }] }));
  const inheritedTemplate = { path: ".github/PULL_REQUEST_TEMPLATE.md", text: TEMPLATE };
  const asking = {
    survey: async () => ({ ...unseen("nobody asks here"), inheritedTemplate }),
    writeProse: proseBy({ world: flow.world, manager: { mode: "hybrid", port } }),
  };

  const shown = await as("ada", "request_pr", { run: talk.id }, asking);
  if (!shown.ok) throw new Error(shown.text);
  expect(await events(talk, "manager.wrote")).toMatchObject([{ source: "llm", sections: ["what"] }]);
  await as("grace", "approve_pr", { run: talk.id, confirm_token: shown.secret ?? "" });

  await becomes("the pull request", async () => (await openPulls(talk)).length === 1);
  const [pull] = await openPulls(talk);
  expect(shown.data).toMatchObject({ body: pull?.body });
  expect(pull?.body).toContain(
    "## Summary\n\nIt greets **everybody**, says @\u2060mia.\n-  All tests pass, twice",
  );
  expect(pull?.body).toContain("- [x] All tests pass\n- [ ] I have read the contributing guidelines");
});

test("one person cannot be two by another account, and nobody counts who is not named", async () => {
  const talk = await untilPushed(flow, "Greet nobody");
  const code = await requestAs("ada", talk);

  for (const user of ["ada", "ops"])
    expect(await as(user, "approve_pr", { run: talk.id, confirm_token: code })).toMatchObject({ ok: false });
  expect(await as("grace", "approve_pr", { run: talk.id, confirm_token: code })).toMatchObject({ ok: true });
});

test("options of the request are shown and bound; what is not the run's own branch is refused", async () => {
  const talk = await untilPushed(flow, "Greet elsewhere");
  await push(flow, { branch: "main", to: "next", files: { "next.txt": "x\n" } });
  const options = { base: "next", draft: true, body: "By hand.", confirm_ttl_minutes: 5 };

  expect(await as("ada", "request_pr", { run: talk.id, head: "main" })).toMatchObject({ ok: false });
  const code = await requestAs("ada", talk, { ...options, head: (await talk.run()).branch });
  const [row] = await flow.world.database.knex("approvals").where({ run_id: talk.id });
  expect(row.expires_at - row.created_at).toBe(5 * 60_000);
  await as("grace", "approve_pr", { run: talk.id, confirm_token: code });

  await becomes("the pull request", async () => (await openPulls(talk)).length === 1);
  expect(await openPulls(talk)).toMatchObject([
    { draft: true, base: { ref: "next" }, body: expect.stringMatching(/^By hand\./) },
  ]);
});

test("the gate is bypassed by the operator alone, with a reason that is journaled and shown", async () => {
  const talk = await untilPushed(flow, "Greet in a hurry");
  await failPreflight(talk);
  const bypass = { run: talk.id, allow_dod_bypass: true };

  expect(await as("ada", "request_pr", { run: talk.id })).toMatchObject({
    ok: false,
    text: expect.stringContaining("preflight"),
  });
  expect(await as("ada", "request_pr", bypass)).toMatchObject({
    ok: false,
    text: expect.stringContaining("needs a reason"),
  });
  expect(await talk.say('/agentpr request-pr allow_dod_bypass=true reason="now"')).toBe("confused");
  const code = await requestAs("ada", talk, { allow_dod_bypass: true, reason: "A release waits" });
  expect(await events(talk, "approval.requested")).toMatchObject([{ bypass: "A release waits" }]);
  expect(JSON.stringify(await as("ops", "show", { run: talk.id }))).toContain("A release waits");
  await as("grace", "approve_pr", { run: talk.id, confirm_token: code });

  await becomes("the pull request", async () => (await openPulls(talk)).length === 1);
});

async function failPreflight({ id }: Talk): Promise<void> {
  const { knex } = flow.world.database;
  const row = await knex("attempts").where({ run_id: id }).first();
  const report = JSON.parse(row.report);
  report.evidence.preflight = [{ name: "disk", ok: false, transient: false, detail: "full" }];
  await knex("attempts")
    .where({ id: row.id })
    .update({ report: JSON.stringify(report) });
}

test("a pull request that GitHub opened on another commit is closed again, and a person is asked", async () => {
  const talk = await untilPushed(flow, "Greet too late");
  const { branch } = await talk.run();
  const theirs = await push(flow, { branch, to: `side-${talk.id}`, files: { "theirs.txt": "x\n" } });
  const code = await requestAs("ada", talk);

  const greeter = [...flow.github.store.repositories.values()].find(({ name }) => name === REPO);
  beforeCreation = () => {
    runGit(flow.gitDir, "update-ref", `refs/heads/${branch}`, theirs);
    greeter?.refs.set(`refs/heads/${branch}`, theirs);
  };
  await as("grace", "approve_pr", { run: talk.id, confirm_token: code });

  expect((await talk.is("NEEDS_HUMAN")).reason).toContain("closed again");
  expect(await openPulls(talk)).toEqual([]);
  expect(await events(talk, "pr.opened")).toEqual([]);
});

const ROUNDS = rounds(2, 200);

test(
  `what is pushed between the two confirmations is never opened (${ROUNDS} times)`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) await pushedBetween(round);
  },
  ROUNDS * 20_000,
);

/** By turns before the second confirmation, and while it is being carried out. */
async function pushedBetween(round: number): Promise<void> {
  const talk = await untilPushed(flow, `Race ${round}`);
  const { branch, changeSha } = await talk.run();
  const code = await requestAs("ada", talk);
  const theirs = () => push(flow, { branch, files: { "theirs.txt": `${round}\n` } });
  const confirm = () => as("grace", "approve_pr", { run: talk.id, confirm_token: code });

  if (round % 2 === 0) {
    await theirs();
    await confirm();
    await talk.is("NEEDS_HUMAN");
  } else await Promise.all([theirs(), confirm()]);
  await quiet(flow);

  const opened = await events(talk, "pr.opened");
  expect(opened.every((event) => "sha" in event && event.sha === changeSha)).toBe(true);
  if (opened.length === 0) expect(await openPulls(talk)).toEqual([]);
  expect(round % 2 === 0 ? opened : []).toEqual([]);
  expect(branches(flow)[branch]).not.toBe(changeSha);
}
