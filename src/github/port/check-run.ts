import { clip, MAX_BODY } from "../../core/markdown.ts";
import type { CheckRunView, Known, Target } from "../../jobs/ports.ts";
import type { GitHubClient } from "../client/client.ts";
import type { Octokit } from "../client/octokit.ts";
import { orNull } from "./pages.ts";

const MOST_ANNOTATIONS = 50;

type Wanted = Known & { view: CheckRunView };
type Where = { owner: string; repo: string };

/** GitHub's limits for buttons. */
const BUTTON = { most: 3, label: 20, description: 40, identifier: 20 } as const;

/** One check run of a name on a commit: edits the one we know or find, else makes it. */
export async function putCheckRun(client: GitHubClient, target: Target, wanted: Wanted): Promise<number> {
  const where = { owner: target.owner, repo: target.repo };
  const { view, knownId, isNew } = wanted;
  return client.as(target, "write_check", async (octokit) => {
    if (knownId !== null && (await change(octokit, where, { id: knownId, view }))) return knownId;
    const found = isNew ? null : await findOwn({ client, octokit, where }, view);
    if (found !== null && (await change(octokit, where, { id: found, view }))) return found;
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      ...where,
      head_sha: view.sha,
      external_id: externalId(view),
      ...contentOf(view),
    });
    return Number(data.id);
  });
}

async function change(
  octokit: Octokit,
  where: Where,
  { id, view }: { id: number; view: CheckRunView },
): Promise<boolean> {
  const changed = octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    ...where,
    check_run_id: id,
    ...contentOf(view),
  });
  return (await orNull(changed)) !== null;
}

type Search = { client: GitHubClient; octokit: Octokit; where: Where };

async function findOwn({ client, octokit, where }: Search, view: CheckRunView): Promise<number | null> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...where,
    ref: view.sha,
    check_name: view.name,
    app_id: client.appId,
    filter: "all",
    per_page: 100,
  });
  const own = data.check_runs.find((row) => row.external_id === externalId(view));
  return own === undefined ? null : Number(own.id);
}

/** The same for every try to make the same check run. */
function externalId({ name, key }: CheckRunView): string {
  return `agentpr:${name}:${key}`.slice(0, 255);
}

function annotation({ path, line, title, message }: CheckRunView["annotations"][number]) {
  const lines = { start_line: line, end_line: line };
  return { path, ...lines, annotation_level: "failure" as const, title, message };
}

function contentOf(view: CheckRunView) {
  const output = {
    title: clip(view.title, 255),
    summary: clip(view.summary, MAX_BODY),
    annotations: view.annotations.slice(0, MOST_ANNOTATIONS).map(annotation),
  };
  const actions = view.actions.slice(0, BUTTON.most).map((action) => ({
    label: action.label.slice(0, BUTTON.label),
    description: action.description.slice(0, BUTTON.description),
    identifier: action.identifier.slice(0, BUTTON.identifier),
  }));
  const state =
    view.status === "completed"
      ? { status: view.status, conclusion: view.conclusion ?? "neutral" }
      : { status: view.status };
  return { name: view.name, ...state, output, actions };
}
