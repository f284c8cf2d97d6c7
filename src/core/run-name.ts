import { isOver, parseRepositoryName, type Run } from "./run.ts";

/** How people name a run: the start of its id, with or without `run_`; its repository; its pull request. */
export type RunName =
  | { kind: "id"; start: string }
  | { kind: "repository"; owner: string; repo: string; pr: number | null };

/** Null when the text can name no run at all. */
export function parseRunName(text: string): RunName | null {
  const name = text.trim();
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/.test(name)) return { kind: "id", start: name };
  const [, repository = "", pr] = /^([^#\s]+)(?:#([1-9]\d{0,9}))?$/.exec(name) ?? [];
  const parsed = parseRepositoryName(repository);
  return parsed && { kind: "repository", ...parsed, pr: pr === undefined ? null : Number(pr) };
}

type Candidate = Pick<Run, "id" | "owner" | "repo" | "state" | "request">;
export type Chosen<R> =
  | { kind: "found"; run: R }
  | { kind: "none" }
  | { kind: "several"; runs: readonly [R, R, ...R[]] };

/** Which of the runs that fit is meant: an id in full goes first; of a repository's runs the only one that is not over. */
export function chooseRun<R extends Candidate>(name: RunName, candidates: readonly R[]): Chosen<R> {
  const exact = name.kind === "id" && candidates.find(({ id }) => id === name.start);
  if (exact) return { kind: "found", run: exact };
  const open = candidates.filter((run) => !isOver(run));
  const meant = name.kind === "repository" && open.length > 0 ? open : candidates;
  const [first, second, ...others] = meant;
  if (first === undefined) return { kind: "none" };
  return second === undefined
    ? { kind: "found", run: first }
    : { kind: "several", runs: [first, second, ...others] };
}

/** The runs that a name fits, for whoever has to be more exact. */
export function severalInWords(text: string, runs: readonly Candidate[]): string {
  const shown = runs
    .slice(0, 5)
    .map(
      ({ id, state, owner, repo, request }) =>
        `${id} (${state}, ${owner}/${repo}: ${request.title.slice(0, 40)})`,
    );
  const more = runs.length > shown.length ? ", and more" : "";
  return `${text} fits several runs: ${shown.join("; ")}${more}. Name one by more of its id.`;
}
