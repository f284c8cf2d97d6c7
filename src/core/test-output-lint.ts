/** `a.ts:3:5: message`, `a.ts(3,5): error TS1`, `a.py:3: error: …`, and eslint's `  3:5  error  message` under a file's name. */
const DIAGNOSTICS: readonly RegExp[] = [
  /^\s*\S+?\.\w+[:(]\d+(?:[:,]\d+)?\)?:?\s+\S/,
  /^\s+\d+:\d+\s+(?:error|warning|✖)\s+\S/,
  /^\s*(?:error|warning)(?:\[\w+\])?: \S/,
];
const FILE_HEADER = /^(?:\/|\.{0,2}[\w@-])[^\s:]*\.\w+$/;

/** A linter's complaints without line numbers, the second of a kind as "… (2)"; null when none can be read. */
export function readLintOutput(output: string): string[] | null {
  const found: string[] = [];
  const seen = new Map<string, number>();
  let file = "";
  for (const whole of output.split(/\r?\n/)) {
    const line = whole.slice(0, 1_000);
    if (FILE_HEADER.test(line.trim())) file = line.trim().split("/").slice(-3).join("/");
    if (!DIAGNOSTICS.some((sign) => sign.test(line))) continue;
    const name = `${/^\s+\d/.test(line) ? `${file}: ` : ""}${line.trim().replace(/\d+/g, "#").replace(/\s+/g, " ")}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    found.push(times === 1 ? name : `${name} (${times})`);
  }
  return found.length > 0 ? found.sort() : null;
}
