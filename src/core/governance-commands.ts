import { classifyCommand } from "./test-command.ts";
import { seenText } from "./untrusted-text.ts";

type Found = { path: string; quote: string };
type Kind = "test" | "lint" | "format";

const MOST = 10;
const LONGEST = 200;
const MOST_LINES = 2_000;
const FORMATS =
  /(?:^|[\s;&|/])(?:black|gofmt|goimports|rustfmt|isort|autopep8|yapf|clang-format|shfmt|scalafmt|ktlint -F)(?=\s|$)|\b(?:cargo fmt|go fmt|dotnet format|mix format|ruff format|biome (?:format|check --write)|prettier\b.* (?:-w|--write)|(?:npm|pnpm|yarn|bun)(?: run)? (?:format|fmt)|make (?:format|fmt)|just (?:format|fmt))\b/;
const PROMPT = /^\s*(?:\$|>|%|#(?= \w))\s+/;

/** Test, lint and format commands that documents name: in code blocks, and between backticks. */
export function docCommands(files: readonly { path: string; text: string }[]): Record<Kind, Found[]> {
  const seen = new Map<string, Found & { kind: Kind }>();
  for (const { path, text } of files)
    for (const line of codeLines(text)) {
      const kind = kindOf(line);
      if (kind !== null && !seen.has(line)) seen.set(line, { path, quote: line, kind });
    }
  const of = (wanted: Kind) =>
    [...seen.values()]
      .filter(({ kind }) => kind === wanted)
      .slice(0, MOST)
      .map(({ path, quote }) => ({ path, quote }));
  return { test: of("test"), lint: of("lint"), format: of("format") };
}

function kindOf(line: string): Kind | null {
  if (line === "" || line.length > LONGEST) return null;
  if (FORMATS.test(line)) return "format";
  const kind = classifyCommand(line);
  return kind === "other" ? null : kind;
}

function codeLines(text: string): string[] {
  const lines = seenText(text.slice(0, 100_000)).split("\n");
  const code: string[] = [];
  let fenced = false;
  for (const line of lines.slice(0, MOST_LINES)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    else if (fenced || /^(?: {4}|\t)\S/.test(line)) code.push(line.replace(PROMPT, "").trim());
    else
      code.push(
        ...[...line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, span = ""]) =>
          span.replace(PROMPT, "").trim(),
        ),
      );
  }
  return code;
}
