export type Overrides = { ok: true; overrides: string[] } | { ok: false; why: string };

const KEY = /^[A-Za-z0-9_-]+(\.("[^"]*"|[A-Za-z0-9_-]+))*$/;

/** Reads AGENTPR_CODEX_CONFIG_OVERRIDES: `key=value`, one a line or separated by `;` outside quotes and brackets. */
export function readOverrides(text: string): Overrides {
  const overrides = split(text)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const wrong = overrides.find((part) => !KEY.test(keyOf(part)));
  if (wrong === undefined) return { ok: true, overrides };
  return {
    ok: false,
    why: `AGENTPR_CODEX_CONFIG_OVERRIDES: expected key=value, got "${wrong.slice(0, 80)}"`,
  };
}

function keyOf(part: string): string {
  const end = part.indexOf("=");
  return end === -1 ? "" : part.slice(0, end).trim();
}

/** One piece of text that holds no separator of its own: a quoted string, or any other character. */
const PIECE = /"(?:[^"\\]|\\.)*"|'[^']*'|[\s\S]/g;

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
