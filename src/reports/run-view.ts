// reports: rows in, views out. It reads; it moves nothing and talks to nobody.
import { z } from "zod";
import { type Annotation, annotationsOf } from "../core/annotation.ts";
import type { AttemptReport } from "../core/attempt.ts";
import { budgetLeft } from "../core/budget.ts";
import type { Gate } from "../core/gate.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { ApprovalView, AttemptView, ReviewersView, RunView, Working } from "../core/run-view.ts";
import { newestApproval } from "../database/approvals.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import { type Database, type Db, readNow } from "../database/connect.ts";
import { readJournal } from "../database/journal.ts";
import { readBooks } from "../database/spending-books.ts";

/** What people see of a run, read from its rows. */
export async function viewRun(
  database: Database,
  run: Run,
  { gate, policy }: { gate: Gate | null; policy: Policy },
): Promise<RunView> {
  const db = database.knex;
  const attempts = await listAttempts(db, run.id);
  const change = run.changeId === null ? null : await findChange(db, run.changeId);
  return {
    run,
    attempts: attempts.flatMap(({ report }) => (report ? [viewAttempt(report)] : [])),
    approval: await viewApproval(db, run),
    gate,
    working: await viewWork(database, attempts.at(-1)),
    annotations: annotationsIn(attempts),
    reviewers: await viewReviewers(db, run.id),
    changeFiles: change?.diff.files.map(({ path }) => path) ?? [],
    budget: budgetLeft({ books: await readBooks(database, db, run), policy }),
  };
}

const Told = z.object({ stage: z.string(), commandRunning: z.string().nullish() });

/** Seconds are rounded down, so that what is shown changes no more often than it may be edited. */
async function viewWork(database: Database, attempt: Attempt | undefined): Promise<Working | null> {
  if (attempt?.status !== "running") return null;
  const told = Told.safeParse(attempt.progress);
  const seconds = Math.floor(((await readNow(database)) - attempt.startedAt) / 10_000) * 10;
  const { stage, commandRunning: command = null } = told.data ?? { stage: "preparing" };
  return { stage, seconds, command };
}

function annotationsIn(attempts: readonly Attempt[]): Annotation[] {
  const report = attempts.findLast((attempt) => attempt.report !== null)?.report ?? null;
  return report === null ? [] : annotationsOf(report);
}

function viewAttempt({ attempt, grade, evidence, notResumed }: AttemptReport): AttemptView {
  const commands = evidence.verification?.commands ?? [];
  return {
    number: attempt,
    grade: grade.grade,
    reason: grade.reason,
    because: grade.because,
    findings: [
      ...evidence.violations.map(({ rule, path, detail }) => ({ what: rule, path, detail })),
      ...evidence.weakenings.map(({ kind, path, detail }) => ({ what: kind, path, detail })),
    ],
    commands: commands.map(({ command, verdict, head }) => ({
      command,
      verdict,
      ran: head.ran,
      failing: head.failing?.length ?? null,
    })),
    files: evidence.diff?.files.length ?? 0,
    addedLines: evidence.diff?.addedLines ?? 0,
    notResumed,
  };
}

const UNHEARD = { bot: "a bot", no_permission: "no role here" } as const;

/** Who has been asked and is silent, and whose reviews cause nothing. */
export async function viewReviewers(db: Db, runId: string): Promise<ReviewersView> {
  const entries = await readJournal(db, runId, { types: ["feedback.unheard", "reviewers.awaited"] });
  const view: ReviewersView = { awaited: [], unheard: [] };
  for (const { event } of entries) {
    if (event.type === "reviewers.awaited") view.awaited = event.logins;
    if (event.type === "feedback.unheard")
      view.unheard.push({ author: event.author, because: UNHEARD[event.because] });
  }
  return view;
}

async function viewApproval(db: Db, run: Run): Promise<ApprovalView | null> {
  const approval = await newestApproval(db, run.id);
  if (approval === null) return null;
  const { status, expiresAt, title, sha, baseBranch, requestedBy, body, draft, bypass, shown } = approval;
  return { status, expiresAt, title, sha, baseBranch, requestedBy, body, draft, bypass, shown };
}
