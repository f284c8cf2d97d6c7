import { parse } from "yaml";
import { messageOf } from "../../core/problem.ts";
import type { SettingsFile, Target } from "../../jobs/ports.ts";
import { GitHubError } from "../client/github-error.ts";
import type { Octokit } from "../client/octokit.ts";
import { orNull } from "./pages.ts";

export const SETTINGS_PATH = ".github/agentpr.yml";
const LARGEST = 32_768;
const MOST_KEPT = 500;
const MOST_ALIASES = 20;
const NONE: SettingsFile = { kind: "none" };

/** Does one thing with what may read the target's contents. */
type Means = <T>(target: Target, work: (octokit: Octokit) => Promise<T>) => Promise<T>;

/** The repository's own settings on its default branch. GitHub is asked whether they are still those that we know. */
export function createSettingsReader(means: Means): (target: Target) => Promise<SettingsFile> {
  const kept = new Map<number, { etag: string; file: SettingsFile }>();
  return async (target) => {
    const { repositoryId } = target;
    const known = kept.get(repositoryId);
    const answer = await means(target, (octokit) => orNull(unlessSame(ask(octokit, target, known?.etag))));
    if (answer === "same" && known !== undefined) return known.file;
    if (answer === null || answer === "same") return NONE;
    const file = readFile(answer.data);
    if (kept.size >= MOST_KEPT) kept.clear();
    if (answer.headers.etag !== undefined) kept.set(repositoryId, { etag: answer.headers.etag, file });
    return file;
  };
}

function ask(octokit: Octokit, { owner, repo }: Target, etag: string | undefined) {
  return octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
    ...{ owner, repo, path: SETTINGS_PATH },
    headers: etag === undefined ? {} : { "if-none-match": etag },
  });
}

/** GitHub's "not modified" comes as an error. */
async function unlessSame<T>(asked: Promise<T>): Promise<T | "same"> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 304) return "same";
    throw error;
  }
}

type Content = Awaited<ReturnType<typeof ask>>["data"];

function readFile(data: Content): SettingsFile {
  if (Array.isArray(data) || data.type !== "file" || !("content" in data))
    return { kind: "unusable", why: "it is not a file" };
  if (data.size > LARGEST)
    return { kind: "unusable", why: `it has ${data.size} bytes, and at most ${LARGEST} are read` };
  return readYaml(Buffer.from(data.content, "base64").toString("utf8"));
}

function readYaml(text: string): SettingsFile {
  try {
    return { kind: "read", content: parse(text, { maxAliasCount: MOST_ALIASES, logLevel: "error" }) };
  } catch (error) {
    const [first = ""] = messageOf(error).split("\n");
    return { kind: "unusable", why: `it is not YAML: ${first.slice(0, 300)}` };
  }
}
