import { reads, writes } from "../access.ts";
import { emitCheckSuite } from "../checks.ts";
import { resolveCommit } from "../git/refs.ts";
import { wrappedPage } from "../http/paginate.ts";
import { created, found, notFound, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, idParam, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { renderCheckRun, renderCheckSuite } from "../render/check.ts";
import type { CheckSuite } from "../store/checks.ts";
import { where } from "../store/store.ts";
import { filtered } from "./check-runs.ts";

export const CHECK_SUITE_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", {
    access: reads("checks"),
    handle: listSuites,
  }),
  route("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", {
    access: reads("checks"),
    handle: getSuite,
  }),
  route("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", {
    access: reads("checks"),
    handle: listRuns,
  }),
  route("POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest", {
    access: writes("checks", "write"),
    category: "edit",
    handle: rerequest,
  }),
];

async function listSuites(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url } = request;
  const sha = await shaIn(request);
  const appId = url.searchParams.get("app_id");
  const items = where(
    hub.store.checkSuites,
    (row) => row.repositoryId === repository.id && row.headSha === sha,
  ).filter((row) => Number(appId ?? row.appId) === row.appId);
  return await wrappedPage("check_suites", { url, items, render: (row) => renderCheckSuite(hub, row) });
}

async function getSuite(request: RepositoryRequest): Promise<Reply> {
  return ok(await renderCheckSuite(request.hub, suiteIn(request)));
}

function listRuns(request: RepositoryRequest): Promise<Reply> {
  const { hub, url } = request;
  const suite = suiteIn(request);
  const items = filtered(hub, url, (run) => run.suiteId === suite.id);
  return wrappedPage("check_runs", { url, items, render: (row) => renderCheckRun(hub, row) });
}

async function rerequest(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const suite = suiteIn(request);
  if (suite.appId !== hub.app.id) throw new Refusal(422, "This check suite is not rerequestable");
  await emitCheckSuite(hub, { repository, suite, action: "rerequested", sender: doer(request) });
  return created({});
}

async function shaIn(request: RepositoryRequest): Promise<string> {
  return found(await resolveCommit(request.repository.gitDir, param(request, "ref")));
}

function suiteIn(request: RepositoryRequest): CheckSuite {
  const suite = found(request.hub.store.checkSuites.get(idParam(request, "check_suite_id")));
  if (suite.repositoryId !== request.repository.id) throw notFound();
  return suite;
}
