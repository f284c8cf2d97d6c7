import { reads, writes } from "../access.ts";
import { countCommits, mergeBase, readCommit, readCommits } from "../git/commits.ts";
import { diffFiles, diffText } from "../git/diff.ts";
import { resolveCommit } from "../git/refs.ts";
import { git } from "../git/run-git.ts";
import { page } from "../http/paginate.ts";
import { found, noContent, ok, Refusal, type Reply } from "../http/reply.ts";
import { doer, param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import { nodeId, withLock } from "../hub.ts";
import { renderCommit, renderFile, renderGitCommit } from "../render/commit.ts";
import { repositoryLink, repositoryPage } from "../render/links.ts";
import { relatives } from "../repositories.ts";
import { refsLock, settleRefs } from "../settle-refs.ts";

export const COMMIT_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/git/ref/{ref}", { access: reads("contents"), handle: getRef }),
  route("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", { access: reads("contents"), handle: listRefs }),
  route("DELETE /repos/{owner}/{repo}/git/refs/{ref}", {
    access: writes("contents", "write"),
    handle: deleteRef,
  }),
  route("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    access: reads("contents"),
    handle: getGitCommit,
  }),
  route("GET /repos/{owner}/{repo}/commits", { access: reads("contents"), handle: listCommits }),
  route("GET /repos/{owner}/{repo}/compare/{basehead}", { access: reads("contents"), handle: compare }),
];

/** Last of its kind in the table, for `{ref}` takes slashes. */
export const COMMIT_ROUTE = route("GET /repos/{owner}/{repo}/commits/{ref}", {
  access: reads("contents"),
  handle: getCommit,
});

function getRef(request: RepositoryRequest): Reply {
  const ref = `refs/${param(request, "ref")}`;
  return ok(renderRef(request, ref, found(request.repository.refs.get(ref))));
}

/** All refs that begin so; none is no error. */
function listRefs(request: RepositoryRequest): Promise<Reply> {
  const start = `refs/${param(request, "ref")}`;
  const items = [...request.repository.refs].filter(([ref]) => ref.startsWith(start));
  return page({ url: request.url, items, render: ([ref, sha]) => renderRef(request, ref, sha) });
}

function renderRef({ hub, repository }: RepositoryRequest, ref: string, sha: string) {
  const object = { type: "commit", sha, url: repositoryLink(hub, repository, `/git/commits/${sha}`) };
  const url = repositoryLink(hub, repository, `/git/${ref}`);
  return { ref, node_id: nodeId(ref, repository.id), url, object };
}

async function deleteRef(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const ref = `refs/${param(request, "ref")}`;
  if (!repository.refs.has(ref)) throw new Refusal(422, "Reference does not exist");
  if (ref === `refs/heads/${repository.defaultBranch}`)
    throw new Refusal(422, "Cannot delete the default branch");
  await withLock(hub, refsLock(repository), async () => {
    await git(repository.gitDir, ["update-ref", "-d", ref]);
    await settleRefs(hub, repository, doer(request));
  });
  return noContent();
}

async function getGitCommit(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  return ok(
    renderGitCommit(
      hub,
      repository,
      found(await readCommit(repository.gitDir, param(request, "commit_sha"))),
    ),
  );
}

async function listCommits({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const start = url.searchParams.get("sha") ?? repository.defaultBranch;
  const sha = await resolveCommit(repository.gitDir, start);
  if (sha === null) throw new Refusal(404, "Not Found");
  const items = await readCommits(repository.gitDir, [sha], 1000);
  return await page({ url, items, render: (commit) => renderCommit(hub, repository, commit) });
}

async function getCommit(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const ref = param(request, "ref");
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  const commit = found(await readCommit(repository.gitDir, sha));
  const [parent] = commit.parents;
  const files = parent === undefined ? [] : await diffFiles(repository.gitDir, parent, sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...renderCommit(hub, repository, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => renderFile(hub, repository, sha, file)),
  });
}

async function compare(request: RepositoryRequest): Promise<Reply> {
  const { repository, headers } = request;
  const [left = "", right = ""] = param(request, "basehead").split("...");
  const { gitDir } = repository;
  const base = found(await commitNamed(request, left));
  const head = found(await commitNamed(request, right));
  const common = await mergeBase(gitDir, base, head);
  if (common === null) throw new Refusal(404, "No common ancestor between the two commits");
  if (/\.diff\b/.test(headers.accept ?? "")) return ok(await diffText(gitDir, common, head));
  return ok(await comparison(request, { base, head, common, basehead: param(request, "basehead") }));
}

type Compared = { base: string; head: string; common: string; basehead: string };

async function comparison(
  { hub, repository }: RepositoryRequest,
  { base, head, common, basehead }: Compared,
) {
  const { gitDir } = repository;
  const ahead = await countCommits(gitDir, `${base}..${head}`);
  const behind = await countCommits(gitDir, `${head}..${base}`);
  const commits = await readCommits(gitDir, [`${base}..${head}`]);
  const web = repositoryPage(hub, repository, `/compare/${basehead}`);
  return {
    url: repositoryLink(hub, repository, `/compare/${basehead}`),
    html_url: web,
    permalink_url: repositoryPage(hub, repository, `/compare/${base}...${head}`),
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: renderCommit(hub, repository, found(await readCommit(gitDir, base))),
    merge_base_commit: renderCommit(hub, repository, found(await readCommit(gitDir, common))),
    status: statusOf(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.reverse().map((commit) => renderCommit(hub, repository, commit)),
    files: (await diffFiles(gitDir, common, head)).map((file) => renderFile(hub, repository, head, file)),
  };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

/** `owner:branch` is the branch of that owner's repository in the same network. */
async function commitNamed({ hub, repository }: RepositoryRequest, name: string): Promise<string | null> {
  const [owner, branch] = name.includes(":") ? (name.split(":", 2) as [string, string]) : [null, name];
  const { gitDir } = repository;
  if (owner === null || owner.toLowerCase() === repository.owner.toLowerCase())
    return resolveCommit(gitDir, branch);
  const [relative] = relatives(hub, repository, owner);
  const sha = relative?.refs.get(`refs/heads/${branch}`);
  if (relative === undefined || sha === undefined) return null;
  await git(gitDir, ["fetch", "--quiet", "--no-tags", relative.gitDir, sha]);
  return sha;
}
