/** The reports on an attempt, by the seed's names. */
export const REPORT_KINDS = {
  preflight: "json",
  agent_runtime: "json",
  run_digest: "json",
  manager_insight: "md",
  agent_events: "jsonl",
} as const;
export type ReportKind = keyof typeof REPORT_KINDS;

/** A run has one preflight report, that of its newest attempt; every other report carries its attempt's time. */
export function reportFile(kind: ReportKind, { runId, at }: { runId: string; at: number }): string {
  const time = kind === "preflight" ? "" : `_${timeStamp(at)}`;
  return `${runId}_${kind}${time}.${REPORT_KINDS[kind]}`;
}

/** 20260301T003000123Z: in the order of time, and no colon in it. */
function timeStamp(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:.]/g, "");
}

const OURS = new RegExp(
  `^.+_(${Object.keys(REPORT_KINDS).join("|")})(_\\d{8}T\\d{9}Z)?\\.(json|md|jsonl)((\\.tail|\\.before-tail)?\\.part)?$`,
);

/** Whether a file of the reports folder is one of these, whole or cut off while it was written. */
export function isReportFile(name: string): boolean {
  return OURS.test(name);
}
