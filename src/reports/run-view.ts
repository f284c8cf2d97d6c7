// reports: rows in, views out. It reads; it moves nothing and talks to nobody.
import type { AttemptReport } from "../core/attempt.ts";
import { budgetLeft } from "../core/budget.ts";
import type { Gate } from "../core/gate.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { ApprovalView, AttemptView, RunView } from "../core/run-view.ts";
import { newestApproval } from "../database/approvals.ts";
import { listAttempts } from "../database/attempts.ts";
import { findChange } from "../database/changes.ts";
import type { Database, Db } from "../database/connect.ts";
import { managerNotices } from "../database/notices.ts";
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
    changeFiles: change?.diff.files.map(({ path }) => path) ?? [],
    notices: (await managerNotices(db, run.id, run.stateSince)).map(({ priority, text }) => ({
      priority,
      text,
    })),
    budget: budgetLeft({ books: await readBooks(database, db, run), policy }),
  };
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

async function viewApproval(db: Db, run: Run): Promise<ApprovalView | null> {
  const approval = await newestApproval(db, run.id);
  if (approval === null) return null;
  const { status, expiresAt, title, sha, baseBranch, requestedBy } = approval;
  return { status, expiresAt, title, sha, baseBranch, requestedBy };
}
