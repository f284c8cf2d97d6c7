import { reads } from "../access.ts";
import { readCommit } from "../git/commits.ts";
import { resolveCommit } from "../git/refs.ts";
import { entryAt, folderAt, readBlob, type TreeEntry } from "../git/tree.ts";
import { page } from "../http/paginate.ts";
import { found, ok, Refusal, type Reply } from "../http/reply.ts";
import { param, type RepositoryRequest, type Route, route } from "../http/route.ts";
import type { Hub } from "../hub.ts";
import { renderCommit } from "../render/commit.ts";
import { repositoryLink, repositoryPage, webLink } from "../render/links.ts";
import type { Repository } from "../store/identity.ts";

export const CONTENT_ROUTES: readonly Route[] = [
  route("GET /repos/{owner}/{repo}/contents", { access: reads("contents"), handle: getContents }),
  route("GET /repos/{owner}/{repo}/contents/{path}", { access: reads("contents"), handle: getContents }),
  route("GET /repos/{owner}/{repo}/branches", { access: reads("contents"), handle: listBranches }),
  route("GET /repos/{owner}/{repo}/branches/{branch}", { access: reads("contents"), handle: getBranch }),
  route("GET /repos/{owner}/{repo}/rules/branches/{branch}", {
    access: reads("metadata"),
    handle: listRules,
  }),
];

async function getContents(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository, url, headers } = request;
  const ref = url.searchParams.get("ref") ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.gitDir, ref);
  if (commit === null) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const path = (request.params.path ?? "").replace(/^\/+|\/+$/g, "");
  const entry = found(await entryAt(repository.gitDir, commit, path));
  if (entry.type === "tree") {
    const entries = await folderAt(repository.gitDir, commit, path);
    return ok(entries.map((child) => renderEntry(hub, repository, ref, child)));
  }
  const blob = await readBlob(repository.gitDir, entry.sha);
  if ((headers.accept ?? "").includes("raw")) return ok(blob.toString("utf8"));
  return ok({ ...renderEntry(hub, repository, ref, entry), ...encoded(blob) });
}

/** GitHub breaks the base64 text after 60 characters. */
function encoded(blob: Buffer) {
  return { encoding: "base64", content: blob.toString("base64").replace(/.{1,60}/g, "$&\n") };
}

const TYPES: Readonly<Record<string, string>> = {
  "040000": "dir",
  "120000": "symlink",
  "160000": "submodule",
};

function renderEntry(hub: Hub, repository: Repository, ref: string, entry: TreeEntry) {
  const path = encodeURI(entry.path);
  const self = repositoryLink(hub, repository, `/contents/${path}?ref=${encodeURIComponent(ref)}`);
  const git = repositoryLink(
    hub,
    repository,
    `/git/${entry.type === "tree" ? "trees" : "blobs"}/${entry.sha}`,
  );
  const html = repositoryPage(hub, repository, `/blob/${ref}/${path}`);
  const raw = webLink(hub, `/raw/${repository.owner}/${repository.name}/${ref}/${path}`);
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    type: TYPES[entry.mode] ?? "file",
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === "blob" ? raw : null,
    _links: { self, git, html },
  };
}

function listBranches({ hub, repository, url }: RepositoryRequest): Promise<Reply> {
  const items = [...repository.refs].filter(([ref]) => ref.startsWith("refs/heads/"));
  return page({
    url,
    items,
    render: ([ref, sha]) => {
      const name = ref.slice("refs/heads/".length);
      const commit = { sha, url: repositoryLink(hub, repository, `/commits/${sha}`) };
      return { name, commit, protected: isProtected(repository, name) };
    },
  });
}

async function getBranch(request: RepositoryRequest): Promise<Reply> {
  const { hub, repository } = request;
  const name = param(request, "branch");
  const sha = repository.refs.get(`refs/heads/${name}`);
  if (sha === undefined) throw new Refusal(404, "Branch not found");
  const self = repositoryLink(hub, repository, `/branches/${name}`);
  return ok({
    name,
    commit: renderCommit(hub, repository, found(await readCommit(repository.gitDir, sha))),
    _links: { self, html: repositoryPage(hub, repository, `/tree/${name}`) },
    protected: isProtected(repository, name),
    protection: protectionOf(repository, name),
    protection_url: `${self}/protection`,
  });
}

function protectionOf(repository: Repository, branch: string) {
  const contexts = isProtected(repository, branch) ? [...repository.requiredChecks] : [];
  const checks = contexts.map((context) => ({ context, app_id: null }));
  const enforcement_level = contexts.length > 0 ? "non_admins" : "off";
  return { enabled: contexts.length > 0, required_status_checks: { enforcement_level, contexts, checks } };
}

/** Required checks, as a rule of one ruleset. */
function listRules(request: RepositoryRequest): Promise<Reply> {
  const { repository, url } = request;
  const rule = {
    type: "required_status_checks",
    ruleset_source_type: "Repository",
    ruleset_source: `${repository.owner}/${repository.name}`,
    ruleset_id: repository.id,
    parameters: {
      required_status_checks: repository.requiredChecks.map((context) => ({ context })),
      strict_required_status_checks_policy: repository.upToDate,
    },
  };
  const items = isProtected(repository, param(request, "branch")) ? [rule] : [];
  return page({ url, items, render: (item) => item });
}

function isProtected(repository: Repository, branch: string): boolean {
  return branch === repository.defaultBranch && repository.requiredChecks.length > 0;
}
