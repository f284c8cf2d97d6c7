import { parseRepositoryName } from "../core/run.ts";

/** A repository that somebody names, with the issue if they name one. */
export type Named = { owner: string; repo: string; issue?: number };

const ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?[\w.-]+\.[a-z]{2,}\/([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:\/(?:issues\/(\d{1,9}))?[^\s]*)?$/i;
const SSH = /^(?:ssh:\/\/)?git@[\w.-]+[:/]([\w.-]+)\/([\w.-]+?)(?:\.git)?$/i;
const SHORT = /^([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:#(\d{1,9}))?$/;

/** `owner/repo`, `owner/repo#7`, an address of its page or of one of its issues, or git's own address; else null. */
export function readTarget(word: string): Named | null {
  const [, owner = "", repo = "", issue] = ADDRESS.exec(word) ?? SSH.exec(word) ?? SHORT.exec(word) ?? [];
  const name = parseRepositoryName(`${owner}/${repo}`);
  return name === null ? null : { ...name, ...(issue === undefined ? {} : { issue: Number(issue) }) };
}
