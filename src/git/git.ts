// git: runs git so that nothing of the machine, the user or the repository decides how it behaves.
// Knows nothing of runs and workspaces: the app publishes with it, the runner provisions and seals with it.
import { createHash } from "node:crypto";
import { failureKind, type GitFailure } from "./git-failure.ts";
import { startGit } from "./git-process.ts";
import { askpassEnvironment } from "./remote.ts";

export type GitCall = {
  args: readonly string[];
  /** An empty folder that stands for HOME. */
  home: string;
  signal: AbortSignal;
  cwd?: string;
  gitDir?: string;
  workTree?: string;
  indexFile?: string;
  /** Remote operations: where the token may go, and the token itself. Never put into args. */
  remote?: { url: string; token: string | null };
  /** Let git read a repository of this machine; for mirrors and own git folders only. */
  local?: boolean;
  env?: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  timeoutMs?: number;
  /** An exit code beside 0 that is an answer and no failure. */
  answersWith?: number;
};

export type GitRefusal = { ok: false; kind: GitFailure; stderr: string };
export type GitResult<T = string> = { ok: true; value: T } | GitRefusal;

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 96 * 1024 * 1024;

/** Settings that hold for every call; the command line outranks every file. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.quotePath=false",
  "core.pager=cat",
  "core.sshCommand=false",
  "credential.helper=",
  "protocol.allow=never",
  "protocol.http.allow=always",
  "protocol.https.allow=always",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "commit.gpgSign=false",
  "push.gpgSign=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
  "init.templateDir=",
] as const;

/** What git may take from the process around it: where programs and certificates lie, and the way out. */
const INHERITED = ["PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"] as const;
const PROXIES = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;

/** Runs git and returns its output as text, or why it failed. Throws only when the signal is aborted. */
export async function git(call: GitCall): Promise<GitResult> {
  const result = await gitBytes(call);
  return result.ok ? { ok: true, value: new TextDecoder().decode(result.value).trimEnd() } : result;
}

export async function gitBytes(call: GitCall): Promise<GitResult<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const ended = await read(call, (chunk) => {
    bytes += chunk.byteLength;
    if (bytes <= MAX_OUTPUT) chunks.push(chunk);
  });
  if (!ended.ok) return ended;
  if (bytes > MAX_OUTPUT)
    return { ok: false, kind: "failed", stderr: `git printed more than ${MAX_OUTPUT} bytes` };
  return { ok: true, value: Buffer.concat(chunks) };
}

export type Streamed = { sha256: string; bytes: number; head: Uint8Array };

/** For output that may be of any size: hashes and counts all of it, keeps only the beginning. */
export async function gitStream(call: GitCall, keepBytes: number): Promise<GitResult<Streamed>> {
  const hash = createHash("sha256");
  const kept: Uint8Array[] = [];
  let bytes = 0;
  const ended = await read(call, (chunk) => {
    hash.update(chunk);
    if (bytes < keepBytes) kept.push(chunk.subarray(0, keepBytes - bytes));
    bytes += chunk.byteLength;
  });
  return ended.ok
    ? { ok: true, value: { sha256: hash.digest("hex"), bytes, head: Buffer.concat(kept) } }
    : ended;
}

async function read(call: GitCall, take: (chunk: Uint8Array) => void): Promise<GitResult<null>> {
  const { exitCode, timedOut, stderr } = await startGit({
    args: gitArguments(call),
    env: gitEnvironment(call),
    cwd: call.cwd ?? call.workTree ?? call.gitDir ?? call.home,
    input: call.input,
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    signal: call.signal,
    take,
  });
  call.signal.throwIfAborted();
  const answered = exitCode === 0 || exitCode === (call.answersWith ?? 0);
  if (answered && !timedOut) return { ok: true, value: null };
  const text = stderr.trim().slice(-4_000) || `git ended with ${exitCode ?? "a signal"}`;
  return { ok: false, kind: timedOut ? "network" : failureKind(text), stderr: text };
}

export function gitArguments({ args, local = false }: Pick<GitCall, "args" | "local">): string[] {
  const settings = local ? [...SETTINGS, "protocol.file.allow=always"] : SETTINGS;
  return ["--no-replace-objects", ...settings.flatMap((setting) => ["-c", setting]), ...args];
}

export function gitEnvironment(call: GitCall): Record<string, string> {
  return {
    ...inherited(call.remote ? [...INHERITED, ...PROXIES] : INHERITED),
    HOME: call.home,
    XDG_CONFIG_HOME: call.home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    // A folder without a repository must not find one further up.
    GIT_CEILING_DIRECTORIES: call.cwd ?? "/",
    ...(call.gitDir ? { GIT_DIR: call.gitDir } : {}),
    ...(call.workTree ? { GIT_WORK_TREE: call.workTree } : {}),
    ...(call.indexFile ? { GIT_INDEX_FILE: call.indexFile } : {}),
    ...(call.remote ? askpassEnvironment(call.remote) : {}),
    ...call.env,
  };
}

function inherited(names: readonly string[]): Record<string, string> {
  const found = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
