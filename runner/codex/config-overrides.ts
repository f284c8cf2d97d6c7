import { readToml } from "../provider/read-toml.ts";

export type Overrides = { ok: true; overrides: string[] } | { ok: false; why: string };

const VARIABLE = "AGENTPR_CODEX_CONFIG_OVERRIDES";
const KEY = /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.("[^"]*"|[A-Za-z0-9_-]+))*$/;

/** Reads AGENTPR_CODEX_CONFIG_OVERRIDES: `key=value`, one a line or separated by `;` outside quotes and brackets. */
export function readOverrides(text: string): Overrides {
  const overrides = split(text)
    .map((part) => part.trim())
    .filter((part) => part !== "" && !part.startsWith("#"));
  const why = overrides.map(faultOf).find((fault) => fault !== null);
  return why === undefined ? { ok: true, overrides } : { ok: false, why: `${VARIABLE}: ${why}` };
}

/** What is wrong with one override; its value is never repeated, it could be a secret. */
function faultOf(part: string): string | null {
  const end = part.indexOf("=");
  const key = end === -1 ? "" : part.slice(0, end).trim();
  const value = part.slice(end + 1).trim();
  if (!KEY.test(key)) return `expected key=value, got "${(key || part).slice(0, 80)}"`;
  if (value === "") return `the value of ${key} is missing`;
  if (!/^["'[{]/.test(value)) return null; // Codex takes what is no TOML for a plain string, such as model=gpt-5
  const reading = readToml(`value = ${value}`);
  return reading.ok ? null : `the value of ${key} is not TOML: ${reading.why}`;
}

/** One piece of text that holds no separator of its own: a quoted string, or any other character. */
const PIECE = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\s\S]/g;

function split(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === "[" || piece === "{") depth += 1;
    if (piece === "]" || piece === "}") depth = Math.max(0, depth - 1);
    if (depth === 0 && (piece === ";" || piece === "\n")) parts.push("");
    else parts.push((parts.pop() ?? "") + piece);
  }
  return parts;
}
