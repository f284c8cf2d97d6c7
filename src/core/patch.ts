export type PatchLine = { line: number; text: string };
export type PatchFile = { path: string; added: PatchLine[]; removed: PatchLine[] };

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** The added and removed lines of a git patch. Hunks are read by their counts, so no content can pass for a header. */
export function parsePatch(patch: string): PatchFile[] {
  const files: PatchFile[] = [];
  const lines = patch.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const file = files.at(-1);
    if (line.startsWith("diff --git ")) files.push({ path: "", added: [], removed: [] });
    else if (file && (line.startsWith("+++ ") || line.startsWith("--- ")))
      file.path = namedPath(line) ?? file.path;
    else if (file && HUNK.test(line)) at = readHunk(lines, at, file);
  }
  return files;
}

/** Reads the hunk whose header is at `start`; answers with the index of its last line. */
function readHunk(lines: readonly string[], start: number, file: PatchFile): number {
  const [, from, fromCount = "1", to, toCount = "1"] = HUNK.exec(lines[start] ?? "") ?? [];
  let [oldLine, newLine, oldLeft, newLeft] = [Number(from), Number(to), Number(fromCount), Number(toCount)];
  let at = start;
  while ((oldLeft > 0 || newLeft > 0) && at + 1 < lines.length) {
    const line = lines[++at] ?? "";
    const mark = line[0];
    if (mark === "+") file.added.push({ line: newLine, text: line.slice(1) });
    if (mark === "-") file.removed.push({ line: oldLine, text: line.slice(1) });
    if (mark !== "+" && mark !== "\\") [oldLine, oldLeft] = [oldLine + 1, oldLeft - 1];
    if (mark !== "-" && mark !== "\\") [newLine, newLeft] = [newLine + 1, newLeft - 1];
  }
  return at;
}

function namedPath(line: string): string | null {
  const name = unquote(line.slice(4).replace(/\t$/, ""));
  return name === "/dev/null" ? null : name.slice(2);
}

function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const inner = name.slice(1, -1);
  return inner.replace(/\\(?:([0-7]{3})|(.))/g, (_all, octal?: string, letter?: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8)) : (ESCAPES[letter ?? ""] ?? letter ?? ""),
  );
}
