import type { Target } from "../../jobs/ports.ts";
import type { TokenClient } from "../client/token-client.ts";
import { readWords } from "./read-words.ts";

type Answer = { pull: number; marker: string; body: string; own: string };

/** Answers a reviewer upstream; anybody can write a marker, so only the account's own comment counts. */
export async function answerOnPull(
  client: TokenClient,
  target: Target,
  { pull, marker, body, own }: Answer,
): Promise<void> {
  const said = await readWords(client, target, pull);
  if (said.some(({ author, body: words }) => author === own && words.includes(marker))) return;
  const { owner, repo } = target;
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  await client.octokit.request(route, { owner, repo, issue_number: pull, body });
}
