import type { AttemptReport } from "./attempt.ts";
import type { VerifiedCommand } from "./evidence.ts";
import { plainText } from "./markdown.ts";

/** A place in the repository that a failing command named, with what it said there. */
export type Annotation = { path: string; line: number; title: string; message: string };

/** GitHub takes so many in one request. */
const MOST = 50;
const LONGEST = 2_000;

/** "a/b.ts:12:3 …", "at f (a/b.ts:12:3)", 'File "a/b.py", line 12', "a/b.cs(12,3): …" */
const PLACES: readonly RegExp[] = [
  /(?:^|[\s("'])(?<path>(?:[\w@.-]+\/)*[\w@.-]+\.\w{1,8}):(?<line>\d{1,7})(?::\d+)?\b/,
  /File "(?<path>(?:[\w@.-]+\/)*[\w@.-]+\.\w{1,8})", line (?<line>\d{1,7})/,
  /(?:^|\s)(?<path>(?:[\w@.-]+\/)*[\w@.-]+\.\w{1,8})\((?<line>\d{1,7})(?:,\d+)?\)/,
];
const FOREIGN = /(?:^|\/)(?:node_modules|site-packages|vendor|\.\.?)\//;

/** Where the newest verification failed, as far as its output names lines. */
export function annotationsOf({ evidence }: Pick<AttemptReport, "evidence">): Annotation[] {
  const failed = (evidence.verification?.commands ?? []).filter(({ verdict }) => verdict === "new_failure");
  const found = failed.flatMap(placesIn);
  const byPlace = new Map(
    found.map((one) => [`${one.path}:${one.line}`, one]).toReversed() as [string, Annotation][],
  );
  return [...byPlace.values()].toReversed().slice(0, MOST);
}

function placesIn({ command, head }: VerifiedCommand): Annotation[] {
  const lines = plainText(head.outputTail).split("\n");
  return lines.flatMap((text, index) => {
    const place = PLACES.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups !== undefined);
    const [path, line] = [place?.path ?? "", Number(place?.line)];
    if (path === "" || line < 1 || FOREIGN.test(`${path}/`) || path.startsWith("/")) return [];
    const message = lines
      .slice(index, index + 5)
      .join("\n")
      .trim()
      .slice(0, LONGEST);
    return [{ path, line, title: `${command} failed`.slice(0, 255), message }];
  });
}
