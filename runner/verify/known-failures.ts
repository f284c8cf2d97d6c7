import { createContext, Script } from "node:vm";
import { errorCode } from "../box/error-code.ts";

const MOST_MS = 250;
/** Runs where it can be stopped: a pattern may take for ever on a name that was made for it. */
const MATCH = new Script(`
  (() => {
    let sign;
    try { sign = new RegExp(entry, "i"); } catch { return names.map((name) => name.toLowerCase().includes(entry.toLowerCase())); }
    return names.map((name) => sign.test(name));
  })()
`);

/**
 * Which of these failing names the policy's list of known failures excuses. An entry that is no regular expression is
 * looked for as it stands; one that takes too long excuses nothing.
 */
export function knownFailures(names: readonly string[], allowlist: readonly string[]): Set<string> {
  const known = new Set<string>();
  for (const entry of allowlist) {
    const left = names.filter((name) => !known.has(name));
    if (left.length === 0) break;
    const hits = matching(left, entry);
    for (const [at, name] of left.entries()) if (hits[at] === true) known.add(name);
  }
  return known;
}

function matching(names: readonly string[], entry: string): readonly unknown[] {
  try {
    const hits: unknown = MATCH.runInContext(createContext({ names: [...names], entry }), {
      timeout: MOST_MS,
    });
    return Array.isArray(hits) ? hits : [];
  } catch (error) {
    if (errorCode(error) === "ERR_SCRIPT_EXECUTION_TIMEOUT") return []; // a pattern that never ends is no excuse
    throw error;
  }
}
