import { createHmac, timingSafeEqual } from "node:crypto";
import type { Change } from "../core/change.ts";
import { JOBS, type Job, type JobRequest } from "../core/job.ts";
import { Problem } from "../core/problem.ts";

/** A key that only the app side holds. What it has signed, nobody else with access to the database can make. */
export type SigningKey = { readonly secret: Buffer };

/** HMAC-SHA-256 over the canonical JSON of the parts, in hex. `purpose` keeps one kind of row from passing for another. */
export function sign(key: SigningKey, purpose: string, parts: readonly unknown[]): string {
  return createHmac("sha256", key.secret)
    .update(JSON.stringify([purpose, ...parts]))
    .digest("hex");
}

export function isSigned(
  key: SigningKey,
  purpose: string,
  parts: readonly unknown[],
  mac: string | null,
): boolean {
  if (mac === null) return false;
  const expected = Buffer.from(sign(key, purpose, parts), "hex");
  const given = Buffer.from(mac, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function signJob(key: SigningKey | null, request: JobRequest): string | null {
  if (!JOBS[request.kind].signed) return null;
  if (key === null) {
    const why = `only the app side may ask for ${request.kind}`;
    throw new Problem("This process cannot ask for that job", why, "Run it where the app's key is");
  }
  return sign(key, "job", jobParts(request));
}

export function isJobSigned(key: SigningKey, job: Job): boolean {
  return !JOBS[job.kind].signed || isSigned(key, "job", jobParts(job), job.mac);
}

function jobParts({
  kind,
  runId,
  key,
  payload,
}: Pick<JobRequest, "kind" | "runId" | "key" | "payload">): unknown[] {
  return [kind, runId, key, payload];
}

/** What the app vouches for when it accepts a change. */
export function changeParts(change: Change): unknown[] {
  const { id, runId, attemptId, baseSha, parentSha, treeSha, sha, diffHash, mergedSha } = change;
  return [
    id,
    runId,
    attemptId,
    baseSha,
    parentSha,
    treeSha,
    sha,
    diffHash,
    ...(mergedSha ? [mergedSha] : []),
  ];
}
