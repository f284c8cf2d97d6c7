// What is said on GitHub, taken in one delivery at a time: a real database, the local GitHub for everybody's role, and no
// worker, so that what would be done next can be looked at.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type LocalGitHub, startLocalGitHub } from "../../demo/github/start-local-github.ts";
import { eitherLookup } from "../../src/actions/repository.ts";
import type { CommandLimits } from "../../src/core/command-limit.ts";
import { DEFAULT_POLICY } from "../../src/core/policy.ts";
import { ROLES, type Role } from "../../src/core/role.ts";
import type { Run } from "../../src/core/run.ts";
import { insertApproval } from "../../src/database/approvals.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import { acceptChange, insertChange } from "../../src/database/changes.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { insertDelivery } from "../../src/database/inbox.ts";
import { migrate } from "../../src/database/migrations.ts";
import { findRun, insertRun } from "../../src/database/runs.ts";
import { approvalParts } from "../../src/engine/approval-mac.ts";
import { changeParts, sign } from "../../src/engine/sign.ts";
import type { World } from "../../src/engine/world.ts";
import { digestOf } from "../../src/github/facts/digest.ts";
import { createForkPort } from "../../src/github/fork/create-fork-port.ts";
import { createGitHubPort } from "../../src/github/port/create-port.ts";
import { type ReceiveContext, receive } from "../../src/github/receive/receive.ts";
import { sampleChange, sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { worldOn } from "../github/app/server-world.ts";

/** One person for each role on octo/hello; everybody else there is a stranger. */
export const PEOPLE: Readonly<Record<Role, string>> = {
  none: "nora",
  read: "rita",
  triage: "trudy",
  write: "wren",
  maintain: "mia",
  admin: "ada",
};

/** Who writes, beside their role: how GitHub describes the author of a comment. */
export type Author = { user: { login: string; type: string } | null; association?: string; app?: string };

/** What came of a comment: every reaction, every answer, and the inbox's note. */
export type Outcome = { reactions: string[]; answers: string[]; note: string };

export type ReceiveStand = {
  github: LocalGitHub;
  database: Database;
  world: World;
  context: ReceiveContext;
  repositories: Record<"hello" | "control" | "other" | "afar", number>;
  /** A run whose change waits for approval, with a request; on an issue and a commit of its own. */
  seed(more?: Partial<Run>): Promise<Run>;
  run(id: string): Promise<Run | null>;
  comment(author: Author, issue: number, body: string, more?: Comment): Promise<Outcome>;
  click(author: Author, sha: string, identifier: string): Promise<string>;
  stop(): Promise<void>;
};

export type Comment = { id?: number; guid?: string; repository?: "hello" | "control"; isPrivate?: boolean };

export async function raiseReceiveStand(limits: Partial<CommandLimits> = {}): Promise<ReceiveStand> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-receive-"));
  const github = await startLocalGitHub({ dir, ci: { enabled: false }, callsPerHour: 10_000_000 });
  const repositories = await populate(github);
  const installationId = github.install("octo").installationId;
  const database = connect(`sqlite:${join(dir, "agentpr.db")}`);
  await migrate(database);
  const world = worldOn(database);
  const context = contextOf(github, world, limits);
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  const place = { repositories, installationId };
  return {
    ...{ github, database, world, context, repositories },
    seed: (more = {}) => seedRun(world, next(), { ...place, more }),
    run: (id) => findRun(database.knex, id),
    comment: (author, issue, body, more = {}) => {
      const id = more.id ?? 10_000 + next();
      const payload = commentOf({ author, issue, body, id, more, ...place });
      return take(context, { guid: more.guid ?? `guid-${next()}`, event: "issue_comment", payload, id });
    },
    click: async (author, sha, identifier) => {
      const payload = clickOf({ author, sha, identifier, ...place });
      return (await take(context, { guid: `guid-${next()}`, event: "check_run", payload, id: next() })).note;
    },
    stop: async () => {
      await database.close();
      await github.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function populate(github: LocalGitHub): Promise<ReceiveStand["repositories"]> {
  for (const owner of ["octo", "afar"]) github.addUser(owner, { type: "Organization" });
  for (const login of [...Object.values(PEOPLE), "sam"]) github.addUser(login);
  const collaborators = Object.fromEntries(ROLES.map((role) => [PEOPLE[role], role]));
  const make = async (owner: string, name: string, people: Record<string, Role>, isPrivate = false) =>
    (await github.addRepository({ owner, name, collaborators: people, private: isPrivate })).id;
  return {
    hello: await make("octo", "hello", collaborators),
    control: await make("octo", "control", collaborators, true),
    other: await make("octo", "other", { wren: "read", ada: "write" }),
    afar: await make("afar", "project", {}),
  };
}

function contextOf(github: LocalGitHub, world: World, limits: Partial<CommandLimits>): ReceiveContext {
  const log = pino({ level: "silent" });
  const { app, apiUrl, url } = github;
  const shared = { apiUrl, url, log, throttled: false };
  const direct = createGitHubPort({ appId: app.id, privateKey: app.privateKey, ...shared });
  const { token } = github.addUser("olga", { scopes: ["public_repo"] });
  const fork = createForkPort({ token, forkOwner: null, ...shared });
  return {
    actions: {
      world,
      github: eitherLookup({ direct, fork }),
      policyFor: () => DEFAULT_POLICY,
      promptFault: () => null,
      defaults: { promptVersion: "v1", autokick: true },
    },
    github: direct,
    own: { appId: app.id, bots: [] },
    limits: { windowSec: 600, perUser: 0, perRepository: 0, ...limits },
    control: "Octo/control",
    webUrl: url,
  };
}

type Place = { repositories: ReceiveStand["repositories"]; installationId: number };

async function seedRun(
  world: World,
  number: number,
  { repositories, installationId, more }: Place & { more: Partial<Run> },
) {
  const { database, key } = world;
  const id = `run_${number}`;
  const sha = number.toString(16).padStart(40, "0");
  const request = { title: "Add a thing", body: "Please.", author: "sam", issue: number };
  const at = { owner: "octo", repo: "hello", repositoryId: repositories.hello, installationId };
  const change = sampleChange({ id: `change_${number}`, runId: id, attemptId: `attempt_${number}`, sha });
  const run = runIn("PUSHED", {
    id,
    request,
    ...at,
    changeId: change.id,
    changeSha: sha,
    publishedSha: sha,
    ...more,
  });
  const approval = {
    ...{
      id: `apr_${number}`,
      runId: id,
      changeId: change.id,
      sha,
      baseBranch: "main",
      baseSha: change.baseSha,
    },
    ...{
      title: "feat: add a thing",
      body: "words",
      draft: false,
      status: "requested" as const,
      codeHash: null,
    },
    ...{
      guesses: 0,
      requestedBy: "@mia",
      requestedAs: "github:mia",
      confirmedBy: null,
      bypass: null,
      shown: null,
    },
  };
  if (key === null) throw new Error("the app has its key");
  const macs = {
    change: sign(key, "change", changeParts(change)),
    request: sign(key, "request", approvalParts(approval)),
  };
  await database.transaction(async (trx) => {
    await insertRun(database, trx, run);
    await insertAttempt(database, trx, {
      id: change.attemptId,
      runId: id,
      number: 1,
      jobId: number,
      claimId: 1_000,
      runner: "r",
    });
    await finishAttempt(database, trx, change.attemptId, sampleReport({ runId: id, change }));
    await insertChange(database, trx, change, Buffer.from("bundle"));
    await acceptChange(trx, change.id, macs.change);
    await insertApproval(database, trx, { ...approval, mac: macs.request }, 60_000);
  });
  return run;
}

type Said = Place & { author: Author; issue: number; body: string; id: number; more: Comment };

function commentOf({ author, issue, body, id, more, repositories, installationId }: Said): object {
  const name = more.repository ?? "hello";
  return {
    action: "created",
    installation: { id: installationId },
    sender: author.user,
    repository: {
      ...{ id: repositories[name], name, owner: { login: "octo" }, default_branch: "main" },
      private: more.isPrivate ?? name === "control",
    },
    issue: { number: issue, title: "Add a thing", body: "Please.", user: { login: "sam", type: "User" } },
    comment: {
      ...{
        id,
        html_url: "https://github.test/c",
        body,
        user: author.user,
        created_at: "2026-01-01T00:00:00Z",
      },
      ...(author.association ? { author_association: author.association } : {}),
      performed_via_github_app: author.app ? { id: 4_711, slug: author.app } : null,
    },
  };
}

type Clicked = Place & { author: Author; sha: string; identifier: string };

function clickOf({ author, sha, identifier, repositories, installationId }: Clicked): object {
  return {
    action: "requested_action",
    installation: { id: installationId },
    sender: author.user,
    repository: { id: repositories.hello, name: "hello", owner: { login: "octo" } },
    check_run: { id: 5, head_sha: sha, app: { id: 0 } },
    requested_action: { identifier },
  };
}

type Taken = { guid: string; event: string; payload: object; id: number };

/** One delivery from the inbox to its note, as the app lane carries it out. */
async function take(context: ReceiveContext, { guid, event, payload, id }: Taken): Promise<Outcome> {
  const { world } = context.actions;
  const { database } = world;
  const own = JSON.stringify(payload).replace('"app":{"id":0}', `"app":{"id":${context.own.appId}}`);
  const delivery = { guid, event, payload: own };
  await insertDelivery(database, database.knex, delivery);
  await receive(context, { payload: { guid, digest: digestOf(delivery) } });
  const row = await database.knex("inbox").where({ guid }).first("note");
  const mine = (kind: string) => listOf(database, kind, id);
  return {
    reactions: (await mine("acknowledge")).map(({ content }) => String(content)),
    answers: (await mine("reply")).map(({ text }) => String(text)),
    note: String(row?.note),
  };
}

/** Payloads of the jobs that a comment asked for. */
async function listOf(database: Database, kind: string, id: number): Promise<Record<string, unknown>[]> {
  const rows = await database.knex("jobs").where({ kind }).whereLike("key", `%:${id}:%`).orderBy("id");
  return rows.map(({ payload }) => JSON.parse(payload));
}
