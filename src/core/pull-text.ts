import type { AttemptReport } from "./attempt.ts";
import type { Change } from "./change.ts";
import type { VerifiedCommand } from "./evidence.ts";
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

/** Fences of its own, no mentions, no comments: the worker's words are shown, not obeyed. */
function cleaned(text: string): string {
  return text
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/@(?=[A-Za-z0-9])/g, "@\u200b")
    .trim()
    .slice(0, 8_000);
}

type Filling = { what: string; run: Run; report: AttemptReport };

const SECTIONS: readonly { heading: RegExp; text(filling: Filling): string }[] = [
  { heading: /what|description|summary|changes|overview/i, text: ({ what }) => what },
  {
    heading: /why|motivation|context|issue|related|fixes/i,
    text: ({ run }) => (run.request.issue ? `Relates to #${run.request.issue}.` : run.request.title),
  },
  { heading: /test|verif|how.*checked/i, text: ({ report }) => evidenceLines(report).join("\n") },
];

/** Headings are kept, comments dropped, known sections written; boxes are ticked only where evidence supports them. */
function fillTemplate(template: string, filling: Filling): string {
  const lines = template.replace(/<!--[\s\S]*?-->/g, "").split(/\r?\n/);
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

/** Only what the runner itself has seen counts; everything else is left to a person. */
function tick(line: string, report: AttemptReport): string {
  const aboutTests = /\btests?\b.*\b(pass|green|run|ran)|\b(pass|run|ran)\b.*\btests?\b/i.test(line);
  return aboutTests && passedTests(report).length > 0 ? line.replace("[ ]", "[x]") : line;
}

function passedTests(report: AttemptReport): VerifiedCommand[] {
  return (report.evidence.verification?.commands ?? []).filter(
    ({ kind, verdict }) => kind === "test" && verdict === "passed",
  );
}

function summaryOf(run: Run, change: Change, report: AttemptReport): string {
  const { files, addedLines, deletedLines } = change.diff;
  return [
    `**agentpr** · run \`${run.id}\` · attempt ${report.attempt} · ${report.grade.grade} (\`${report.grade.reason}\`)`,
    "",
    `- ${files.length} ${files.length === 1 ? "file" : "files"}, +${addedLines} −${deletedLines}`,
    ...evidenceLines(report),
  ].join("\n");
}

function evidenceLines(report: AttemptReport): string[] {
  const commands = report.evidence.verification?.commands ?? [];
  if (commands.length === 0) return ["- no command was run again on the sealed change"];
  return commands.map(
    ({ command, verdict, head }) =>
      `- \`${command.replaceAll("`", "ˋ")}\`: ${verdict.replaceAll("_", " ")}${head.ran === null ? "" : ` (${head.ran} tests)`}`,
  );
}
