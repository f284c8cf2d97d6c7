import type { z } from "zod";
import { appWrites, reads, writes } from "../access.ts";
import type { Actor } from "../actor.ts";
import { applyChange, CheckChange, NewCheck, newRun } from "../check-input.ts";
import { latestRuns } from "../check-state.ts";
import { emitCheckRun, emitCheckSuite, suiteFor } from "../checks.ts";
import { readCommit } from "../git/commits.ts";
import { resolveCommit } from "../git/refs.ts";
import { page, wrappedPage } from "../http/paginate.ts";
import { created, found, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { type Hub, timestamp } from "../hub.ts";
import { renderAnnotation, renderCheckRun } from "../render/check.ts";
import type { CheckRun } from "../store/checks.ts";
import { where } from "../store/store.ts";

const SHAS = "/repos/{owner}/{repo}/commits/{ref}";

export const CHECK_RUN_ROUTES: readonly Route[] = [
  route("POST /repos/{owner}/{repo}/check-runs", {
    access: appWrites("checks"),
    body: NewCheck,
    handle: createRun,
  }),
  route("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    access: reads("checks"),
    handle: (request) => ok(renderCheckRun(request.hub, runIn(request))),
  }),
  route("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    access: appWrites("checks"),
    body: CheckChange,
    handle: changeRun,
  }),
  route("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", {
    access: reads("checks"),
    handle: listAnnotations,
  }),
  route("POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", {
    access: writes("checks", "write"),
    category: "edit",
    handle: rerequest,
  }),
  route(`GET ${SHAS}/check-runs`, { access: reads("checks"), handle: listForRef }),
];

async function createRun(request: RepositoryRequest<z.infer<typeof NewCheck>>): Promise<Reply> {
  const { hub, repository, body } = request;
  if ((await readCommit(repository.gitDir, body.head_sha)) === null) {
    throw new Refusal(422, `No commit found for SHA: ${body.head_sha}`);
  }
  const suite = suiteFor(hub, repository, hub.app.id, body.head_sha);
  const run = newRun(hub, suite, body);
  hub.store.checkRuns.set(run.id, run);
  await emitCheckRun(hub, { repository, run, action: "created", sender: doer(request) });
  if (run.status === "completed") await tellCompleted(request, run);
  return created(renderCheckRun(hub, run));
}

async function changeRun(request: RepositoryRequest<z.infer<typeof CheckChange>>): Promise<Reply> {
  const { hub, body } = request;
  const run = runIn(request);
  mustOwn(hub, request.actor, run);
  const wasCompleted = run.status === "completed";
  applyChange(hub, run, body);
  if (run.status === "completed" && !wasCompleted) await tellCompleted(request, run);
  return ok(renderCheckRun(hub, run));
}

async function tellCompleted(request: RepositoryRequest, run: CheckRun): Promise<void> {
  const { hub, repository } = request;
  const sender = doer(request);
  await emitCheckRun(hub, { repository, run, action: "completed", sender });
  const suite = found(hub.store.checkSuites.get(run.suiteId));
  suite.updatedAt = timestamp(hub);
  const runs = latestRuns(hub, (row) => row.suiteId === suite.id);
  if (runs.every((row) => row.status === "completed"))
    await emitCheckSuite(hub, { repository, suite, action: "completed", sender });
}

/** Only the app that made a run may change it. */
function mustOwn(hub: Hub, actor: Actor, run: CheckRun): void {
  if (actor.kind === "installation" && run.appId === hub.app.id) return;
  throw new Refusal(
    403,
    `Invalid app_id \`${hub.app.id}\` - check run can only be modified by the GitHub App that created it.`,
  );
}

function listAnnotations(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const run = runIn(request);
  return page({ url, items: run.annotations, render: (row) => renderAnnotation(hub, repository, run, row) });
}

async function rerequest(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const run = runIn(request);
  if (run.appId !== hub.app.id) throw new Refusal(422, "This check run is not rerequestable");
  await emitCheckRun(hub, { repository, run, action: "rerequested", sender: doer(request) });
  return created({});
}

async function listForRef(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const sha = found(await resolveCommit(repository.gitDir, param(request, "ref")));
  const items = filtered(hub, url, (run) => run.repositoryId === repository.id && run.headSha === sha);
  return await wrappedPage("check_runs", { url, items, render: (row) => renderCheckRun(hub, row) });
}

/** The filters that lists of check runs share; by default only the newest of each name. */
export function filtered(hub: Hub, url: URL, fits: (run: CheckRun) => boolean): CheckRun[] {
  const asked = (name: string) => url.searchParams.get(name);
  const runs = asked("filter") === "all" ? where(hub.store.checkRuns, fits) : latestRuns(hub, fits);
  return runs
    .filter((run) => (asked("check_name") ?? run.name) === run.name)
    .filter((run) => (asked("status") ?? run.status) === run.status)
    .filter((run) => Number(asked("app_id") ?? run.appId) === run.appId)
    .reverse();
}

function runIn(request: RepositoryRequest): CheckRun {
  const run = found(request.hub.store.checkRuns.get(idParam(request, "check_run_id")));
  if (run.repositoryId !== request.repository.id) throw notFound();
  return run;
}
