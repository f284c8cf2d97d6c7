/** Address of a repository for git, without any credential. */
export function gitUrl(url: string, { owner, repo }: { owner: string; repo: string }): string {
  return `${url}/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}.git`;
}
