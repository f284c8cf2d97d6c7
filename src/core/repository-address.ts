import { parseRepositoryName, type RepositoryName } from "./run.ts";

/** A repository as people write it, with the issue that is meant, if one is. */
export type RepositoryAddress = RepositoryName & { issue: number | null };

/** `owner/repo`, `owner/repo#7`, or an address of its pages on that GitHub; null for anything else. */
export function parseRepositoryAddress(text: string, webUrl: string): RepositoryAddress | null {
  const start = `${webUrl.replace(/\/+$/, "")}/`;
  const isAddress = text.toLowerCase().startsWith(start.toLowerCase());
  const path = isAddress ? text.slice(start.length).replace(/[?#].*$/, "") : text;
  const pattern = isAddress
    ? /^([^/]+\/[^/]+?)(?:\.git)?(?:\/issues\/(\d{1,9}))?\/?$/
    : /^([^/#]+\/[^/#]+)(?:#(\d{1,9}))?$/;
  const [, name = "", issue] = pattern.exec(path) ?? [];
  const found = parseRepositoryName(name);
  return found && { ...found, issue: issue === undefined ? null : Number(issue) };
}
