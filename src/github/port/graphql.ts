import { z } from "zod";
import type { RepositoryClient } from "../client/client.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";

export type Query = { query: string; variables: Record<string, string | number | null> };
export type Answered<T> = { ok: true; data: T } | { ok: false; why: string };

const Refusals = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).optional(),
});
const FINAL: ReadonlySet<string> = new Set(["FORBIDDEN", "NOT_FOUND", "UNPROCESSABLE"]);

/** GitHub answers 200 also when it refuses; what asking again would not change is a value, anything else is thrown. */
export async function askGraphql<T extends z.ZodType>(
  { graphqlUrl }: Pick<RepositoryClient, "graphqlUrl">,
  octokit: Octokit,
  { query, schema }: { query: Query; schema: T },
): Promise<Answered<z.infer<T>>> {
  const { data: raw } = await octokit.request({ method: "POST", url: graphqlUrl, ...query });
  const { data, errors = [] } = Refusals.parse(raw);
  if (errors.length === 0) return { ok: true, data: schema.parse(data) };
  const why = errors
    .map(({ message }) => message)
    .join("; ")
    .slice(0, 500);
  if (errors.every(({ type }) => type !== undefined && FINAL.has(type))) return { ok: false, why };
  const isLimited = errors.some(({ type }) => type === "RATE_LIMITED");
  throw new GitHubError(`GitHub refused the query: ${why}`, {
    kind: isLimited ? "rate_limited" : "other",
    status: 200,
    afterMs: isLimited ? 60_000 : null,
  });
}
