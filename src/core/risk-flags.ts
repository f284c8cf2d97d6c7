import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";

type Flag = {
  readonly when: (change: Change, report: AttemptReport | null) => boolean;
  readonly words: string;
};

const DEPENDENCIES =
  /(^|\/)(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements[\w.-]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|go\.(mod|sum)|Cargo\.(toml|lock)|Gemfile(\.lock)?|composer\.(json|lock)|pom\.xml|build\.gradle(\.kts)?)$/;
const TESTS = /(^|\/)(tests?|spec|__tests__)\/|[._-](test|spec)\.|(^|\/)test_/;

const FLAGS: readonly Flag[] = [
  {
    words: "changes what it depends on",
    when: ({ diff }) => diff.files.some(({ path }) => DEPENDENCIES.test(path)),
  },
  {
    words: "changes existing tests",
    when: ({ diff }) => diff.files.some(({ path, status }) => TESTS.test(path) && status !== "added"),
  },
  { words: "deletes files", when: ({ diff }) => diff.files.some(({ status }) => status === "deleted") },
  { words: "holds binary files", when: ({ diff }) => diff.files.some(({ binary }) => binary) },
  { words: "removes more than it adds", when: ({ diff }) => diff.deletedLines > diff.addedLines },
  {
    words: "no test has run on exactly this change",
    when: (_change, report) => (report?.evidence.verification?.commands ?? []).length === 0,
  },
  { words: "worked on outside the box", when: (_change, report) => report?.isolation === "none" },
];

/** What a person should look at twice before saying yes; none of it shuts the gate. */
export function riskFlags(change: Change, report: AttemptReport | null): string[] {
  return FLAGS.filter(({ when }) => when(change, report)).map(({ words }) => words);
}

/** Boxes of the target's template that only a person can tick. */
export function openQuestions(body: string): string[] {
  return [...body.matchAll(/^\s*[-*] \[ \] (.+)$/gm)].map(([, text = ""]) => text.trim()).slice(0, 20);
}
