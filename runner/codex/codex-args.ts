// The room that drives the Codex CLI: which program, with which arguments and home, what its events say, how it ended.
// `run-codex.ts` is the door. How a process is held is the box's affair, where the key is the provider's.
import type { Policy } from "../../src/core/policy.ts";
import { MARK_VARIABLE } from "../box/sweep-marked.ts";

/** Where Codex finds its model: our proxy, or what its own login says. */
export type ModelAccess = { kind: "proxy"; baseUrl: string; retries: number } | { kind: "login" };

export type CodexCall = {
  /** Null starts a thread, otherwise that one goes on. */
  threadId: string | null;
  model: string | null;
  sandbox: Policy["codex_sandbox"];
  access: ModelAccess;
  lastMessageFile: string;
  outputSchemaFile: string | null;
  /** The target's AGENTS.md goes into the prompt. */
  repositoryInstructions: boolean;
  /** Set for the commands that Codex starts, when no box holds them. */
  mark: string | null;
  /** Set for the commands that Codex starts, beyond the few variables that they inherit. */
  commandEnv: Readonly<Record<string, string>>;
  /** `key=value`, from the operator; the last word on every setting. */
  overrides: readonly string[];
};

/** Codex's own default. */
const PROJECT_DOC_BYTES = 32_768;

/** The variable by which Codex gets the proxy's nonce. */
export const NONCE_VARIABLE = "AGENTPR_PROVIDER_NONCE";

/** Arguments of the CLI. The prompt arrives on stdin, so it never shows in `ps`; so does no secret. */
export function codexArgs(call: CodexCall): string[] {
  return [
    ...["exec", ...(call.threadId === null ? [] : ["resume"])],
    "--json",
    "--skip-git-repo-check", // the work tree is ours to judge, not Codex's
    ...(call.model === null ? [] : ["--model", call.model]),
    ...["--output-last-message", call.lastMessageFile],
    ...(call.outputSchemaFile === null ? [] : ["--output-schema", call.outputSchemaFile]),
    ...settings(call).flatMap((setting) => ["--config", setting]),
    ...(call.threadId === null ? [] : [call.threadId]),
    "-",
  ];
}

/** Settings that safety stands on are arguments: no file that the agent may reach can undo them. */
function settings(call: CodexCall): string[] {
  return [
    set("sandbox_mode", call.sandbox), // `exec resume` knows no --sandbox
    set("approval_policy", "never"),
    `project_doc_max_bytes=${call.repositoryInstructions ? PROJECT_DOC_BYTES : 0}`,
    set("shell_environment_policy.inherit", "core"),
    `shell_environment_policy.exclude=["AGENTPR_*"]`,
    ...commandSettings(call.commandEnv),
    ...(call.mark === null ? [] : [set(`shell_environment_policy.set.${MARK_VARIABLE}`, call.mark)]),
    ...accessSettings(call.access),
    ...call.overrides,
  ];
}

/** Codex hands these on by itself, with its own tools on the path. */
const INHERITED: ReadonlySet<string> = new Set(["PATH", "HOME", "TMPDIR"]);

function commandSettings(environment: CodexCall["commandEnv"]): string[] {
  return Object.entries(environment)
    .filter(([name]) => !INHERITED.has(name))
    .map(([name, value]) => set(`shell_environment_policy.set.${name}`, value));
}

function accessSettings(access: ModelAccess): string[] {
  if (access.kind === "login") return [];
  const at = "model_providers.agentpr";
  return [
    set("model_provider", "agentpr"),
    set(`${at}.name`, "agentpr"),
    set(`${at}.base_url`, access.baseUrl),
    set(`${at}.env_key`, NONCE_VARIABLE),
    set(`${at}.wire_api`, "responses"),
    `${at}.request_max_retries=${access.retries}`,
    `${at}.stream_max_retries=${access.retries}`,
  ];
}

/** A JSON string is a TOML basic string. */
function set(key: string, value: string): string {
  return `${key}=${JSON.stringify(value)}`;
}
