import type { Target } from "../../jobs/ports.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";

const MOST_READ = 50 * 1024 * 1024;
const MOST_KEPT = 64 * 1024;
const TIMEOUT_MS = 20_000;

/** The end of an Actions job's log; read as a stream, for logs are large and only their end says what went wrong. */
export async function readLogTail(octokit: Octokit, { owner, repo }: Target, job: number): Promise<string> {
  const answer = await octokit.request("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", {
    owner,
    repo,
    job_id: job,
    request: { redirect: "manual" },
  });
  const { location } = answer.headers;
  if (location === undefined) throw missing("GitHub named no place for the log");
  // The address is good by itself; our token must not go there.
  const log = await fetch(location, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!log.ok || log.body === null) throw missing(`the log's store answered ${log.status}`);
  return tailOf(log.body);
}

async function tailOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let tail = Buffer.alloc(0);
  let read = 0;
  for await (const chunk of stream) {
    read += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-MOST_KEPT);
    if (read >= MOST_READ) break;
  }
  return withoutTimes(tail.toString("utf8"));
}

/** Every line of an Actions log begins with a timestamp that explains nothing. */
function withoutTimes(log: string): string {
  return log.replace(/^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z /gm, "");
}

function missing(message: string): GitHubError {
  return new GitHubError(message, { kind: "not_found", status: 404, afterMs: null });
}
