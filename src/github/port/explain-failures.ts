import type { CheckFact } from "../../core/checks.ts";
import type { CheckFailure } from "../../core/event.ts";
import { clip, clipStart, plainText } from "../../core/markdown.ts";
import type { Target } from "../../jobs/ports.ts";
import type { RepositoryClient } from "../client/client.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";
import { readLogTail } from "./log-tail.ts";

const MOST_CHECKS = 10;
const MOST_ANNOTATIONS = 50;
const LIMITS = { summary: 20_000, log: 12_000, annotation: 2_000 } as const;

/** What is known of each failure, for whoever is to mend it: what the check says, and the end of its log. */
export async function explainFailures(
  client: RepositoryClient,
  target: Target,
  checks: readonly CheckFact[],
): Promise<CheckFailure[]> {
  const explained: CheckFailure[] = [];
  for (const check of checks.slice(0, MOST_CHECKS))
    explained.push(await client.as(target, "explain_checks", (octokit) => explain(octokit, target, check)));
  const rest = checks.slice(MOST_CHECKS);
  return [...explained, ...rest.map((check) => failure(check, { log: null, annotations: [] }))];
}

type Details = { log: string | null; annotations: string[] };

async function explain(octokit: Octokit, target: Target, check: CheckFact): Promise<CheckFailure> {
  const ids = await idsOf(octokit, target, check);
  const annotations = ids.checkRun === null ? [] : await readAnnotations(octokit, target, ids.checkRun);
  const log = ids.job === null ? null : await readable(readLogTail(octokit, target, ids.job));
  return failure(check, { log, annotations: annotations ?? [] });
}

function failure(check: CheckFact, { log, annotations }: Details): CheckFailure {
  const tail = log === null ? "" : `\n\nEnd of its log:\n${clipStart(plainText(log), LIMITS.log)}`;
  const said = clip(check.summary, LIMITS.summary - tail.length);
  const both = [...check.annotations, ...annotations].map((text) => clip(plainText(text), LIMITS.annotation));
  return {
    name: check.name,
    url: check.url,
    summary: `${said}${tail}`.trim(),
    annotations: both.slice(0, MOST_ANNOTATIONS),
  };
}

/** The addresses name the check run, or the Actions job that reports as one. */
async function idsOf(octokit: Octokit, { owner, repo }: Target, check: CheckFact) {
  if (check.source !== "check_run") return { job: null, checkRun: null };
  const [, kind, number] = /\/(runs|job)\/(\d+)$/.exec(check.url ?? "") ?? [];
  if (kind === undefined) return { job: null, checkRun: null };
  if (kind === "runs") return { job: null, checkRun: Number(number) };
  const job = Number(number);
  const route = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}";
  const answer = await readable(octokit.request(route, { owner, repo, job_id: job }));
  const checkRun = /\/(\d+)$/.exec(answer?.data.check_run_url ?? "")?.[1];
  return { job, checkRun: checkRun === undefined ? null : Number(checkRun) };
}

async function readAnnotations(octokit: Octokit, { owner, repo }: Target, checkRun: number) {
  const route = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations";
  const where = { owner, repo, check_run_id: checkRun, per_page: MOST_ANNOTATIONS };
  const answer = await readable(octokit.request(route, where));
  return answer?.data.map(({ path, start_line, title, message }) =>
    [`${path}:${start_line}`, title, message].filter(Boolean).join(": "),
  );
}

/** Null for what may not be read or is gone, so that the rest is still told; trouble on the way is thrown. */
async function readable<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubError && (error.kind === "not_found" || error.kind === "forbidden"))
      return null;
    throw error;
  }
}
