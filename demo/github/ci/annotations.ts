import type { Annotation } from "../store/checks.ts";

const COMMAND = /^::(error|warning|notice)\s*([^:]*)::(.*)$/gm;
const LEVELS = { error: "failure", warning: "warning", notice: "notice" } as const;
const MOST = 50;

/** Workflow commands in a step's output, e.g. `::error file=a.js,line=3::message`. */
export function annotationsOf(output: string): Annotation[] {
  return [...output.matchAll(COMMAND)].slice(0, MOST).map(([, command, properties = "", message = ""]) => {
    const given = propertiesOf(properties);
    const line = Number(given.line ?? 1) || 1;
    return {
      path: given.file ?? ".github",
      start_line: line,
      end_line: Number(given.endLine ?? line) || line,
      start_column: numberOrNull(given.col),
      end_column: numberOrNull(given.endColumn),
      annotation_level: LEVELS[command as keyof typeof LEVELS],
      title: given.title ?? "",
      message: decode(message),
      raw_details: null,
    };
  });
}

/** The annotation GitHub itself adds when a step fails. */
export function exitAnnotation(exitCode: number): Annotation {
  return {
    path: ".github",
    start_line: 1,
    end_line: 1,
    start_column: null,
    end_column: null,
    annotation_level: "failure",
    title: "",
    message: `Process completed with exit code ${exitCode}.`,
    raw_details: null,
  };
}

function propertiesOf(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), decode(pair.slice(pair.indexOf("=") + 1))]),
  );
}

function decode(text: string): string {
  return text
    .replace(/%0D/g, "\r")
    .replace(/%0A/g, "\n")
    .replace(/%3A/g, ":")
    .replace(/%2C/g, ",")
    .replace(/%25/g, "%");
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text) || null;
}
