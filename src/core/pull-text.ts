import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import type { Run } from "./run.ts";

/** The commit's own subject: it already follows the target's convention. */
export function pullTitle(change: Change): string {
  return (change.message.split("\n")[0] ?? "").slice(0, 250);
}

type PullText = {
  run: Run;
  change: Change;
  report: AttemptReport /** Words of the operator, instead of the worker's. */;
  prose: string | null;
};

/** The target's own template, filled as far as the evidence goes, then our summary. Without a template, the summary alone. */
export function pullBody({ run, change, report, prose }: PullText): string {
  const summary = summaryOf(run, change, report);
  const what = prose ?? cleaned(report.summary?.notes ?? run.request.title);
  if (report.pullTemplate === null) return `${what}\n\n${summary}\n`;
  return `${fillTemplate(report.pullTemplate.text, { what, run, report }).trim()}\n\n---\n\n${summary}\n`;
}

/** No mentions, no comments, no control characters: others' words are shown, not obeyed. */
function cleaned(text: string): string {
  return withoutComments(text)
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .replace(/@(?=[A-Za-z0-9])/g, "@\u200b")
    .trim()
    .slice(0, 8_000);
}

/** A comment that never ends would hide everything after it, so what is left of one is shown. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, "").replaceAll("<!--", "&lt;!--");
}

type Filling = { what: string; run: Run; report: AttemptReport };

const SECTIONS: readonly { heading: RegExp; text(filling: Filling): string }[] = [
  { heading: /what|description|summary|changes|overview/i, text: ({ what }) => what },
  {
    heading: /why|motivation|context|issue|related|fixes/i,
    text: ({ run }) => (run.request.issue ? `Relates to #${run.request.issue}.` : cleaned(run.request.title)),
  },
  { heading: /test|verif|how.*checked/i, text: ({ report }) => evidenceLines(report).join("\n") },
];

/** Headings are kept, comments dropped, known sections written; boxes are ticked only where evidence supports them. */
function fillTemplate(template: string, filling: Filling): string {
  const lines = withoutComments(template).split(/\r?\n/);
  const used = new Set<RegExp>();
  return lines
    .flatMap((line) => {
      if (/^\s*[-*] \[ \]/.test(line)) return [tick(line, filling.report)];
      const section = /^#{1,6}\s/.test(line)
        ? SECTIONS.find(({ heading }) => heading.test(line) && !used.has(heading))
        : undefined;
      if (!section) return [line];
      used.add(section.heading);
      return [line, "", section.text(filling)];
    })
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
}

/** A box that says the tests were run and passed, and not that some were written, run by hand, or not run. */
const TESTS_PASS = /\btests?\b.*\b(pass|green|run|ran)|\b(pass|run|ran)\b.*\btests?\b/i;
const SAYS_MORE = /\b(add|added|adds|wrote|written|cover|manual|manually|not|no|without)\b|n['’]t\b/i;

/** Only what the runner itself has seen counts; everything else is left to a person. */
function tick(line: string, report: AttemptReport): string {
  const aboutTests = TESTS_PASS.test(line) && !SAYS_MORE.test(line);
  return aboutTests && allTestsPassed(report) ? line.replace("[ ]", "[x]") : line;
}

function allTestsPassed(report: AttemptReport): boolean {
  const tests = (report.evidence.verification?.commands ?? []).filter(({ kind }) => kind === "test");
  return tests.length > 0 && tests.every(({ verdict }) => verdict === "passed");
}

function summaryOf(run: Run, change: Change, report: AttemptReport): string {
  const { files, addedLines, deletedLines } = change.diff;
  return [
    `**agentpr** · run \`${run.id}\` · attempt ${report.attempt} · ${report.grade.grade} (\`${report.grade.reason}\`)`,
    "",
    ...(run.request.issue === null ? [] : [`- asked for in #${run.request.issue}`]),
    `- ${files.length} ${files.length === 1 ? "file" : "files"}, +${addedLines} −${deletedLines}`,
    ...evidenceLines(report),
  ].join("\n");
}

function evidenceLines(report: AttemptReport): string[] {
  const commands = report.evidence.verification?.commands ?? [];
  if (commands.length === 0) return ["- no command was run again on the sealed change"];
  const lent = report.evidence.verification?.dependencies === "reused";
  return [
    ...commands.map(
      ({ command, verdict, head }) =>
        `- \`${oneLine(command)}\`: ${verdict.replaceAll("_", " ")}${head.ran === null ? "" : ` (${head.ran} tests)`}`,
    ),
    ...(lent ? ["- their dependencies were lent from the worker's own folders, not installed anew"] : []),
  ];
}

function oneLine(command: string): string {
  return command.replaceAll("`", "ˋ").replace(/\s+/g, " ").trim();
}
