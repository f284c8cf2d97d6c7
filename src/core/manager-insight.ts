import type { RunDigest } from "./run-digest.ts";

/** The digest for a person, as Markdown that is read in a minute. */
export function managerInsight(digest: RunDigest): string {
  const sections = [
    head(digest),
    evidence(digest),
    time(digest),
    findings(digest),
    worker(digest),
    next(digest),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function head({ run, state, attempt, classification, generated_at: at }: RunDigest): string {
  const { grade, reason_code: reason, because } = classification;
  return [
    `# ${grade}: ${run.owner}/${run.repo}, attempt ${attempt.attempt_no}`,
    "",
    `Run \`${run.run_id}\` was ${state.before}${state.after === null ? "" : ` and is ${state.after}`}. ${at}`,
    "",
    `**${reason}**: ${plain(because, 600)}`,
  ].join("\n");
}

function evidence(digest: RunDigest): string {
  const { changes, validation, usage, commands } = digest;
  const cost = usage.cost_usd === null ? "" : `, ${usage.cost_usd.toFixed(2)} US dollars`;
  const rows = [
    `- change: ${changes.changed_files_count} files, +${changes.added_lines} −${changes.deleted_lines}`,
    ...validation.commands.map(
      ({ command, verdict, tests_run: ran }) =>
        `- ${code(command)}: ${verdict}${ran === null ? "" : `, ${ran} tests`}`,
    ),
    ...(validation.commands.length === 0 ? ["- nothing was verified"] : []),
    `- the worker ran ${commands.count} commands (${commands.categories.test} tests, ${commands.categories.lint} linters)`,
    `- ${usage.total_tokens} tokens${cost}`,
    ...digest.budgets
      .filter(({ used, limit }) => limit !== null && used > limit)
      .map(({ name, used, limit }) => `- over budget: ${name} ${used} of ${limit}`),
  ];
  return `## Evidence\n\n${rows.join("\n")}`;
}

function time({ stages, commands }: RunDigest): string {
  if (stages.stage_totals.length === 0) return "";
  const rows = stages.stage_totals.map(({ stage, duration_ms: ms }) => `${stage} ${seconds(ms)}`);
  const slow = commands.top_by_duration
    .filter(({ duration_ms: ms }) => (ms ?? 0) >= 1_000)
    .slice(0, 3)
    .map(({ command, duration_ms: ms }) => `- ${code(command)} took ${seconds(ms ?? 0)}`);
  const total = `${seconds(stages.total_duration_ms)} in all: ${rows.join(", ")}.`;
  return ["## Time", "", total, ...(slow.length === 0 ? [] : ["", ...slow])].join("\n");
}

function findings({ safety, validation, preflight }: RunDigest): string {
  const rows = [
    ...preflight.failures.map(({ name, detail }) => `- ${name}: ${plain(detail, 200)}`),
    ...safety.violations.map(
      ({ rule, path, detail }) => `- ${rule} ${code(path ?? "")} ${plain(detail, 200)}`,
    ),
    ...safety.weakenings.map(({ kind, path, detail }) => `- ${kind} ${code(path)} ${plain(detail, 200)}`),
    ...validation.commands.flatMap(({ new_failures: failures }) =>
      failures.slice(0, 10).map((name) => `- new failure: ${code(name)}`),
    ),
  ];
  return rows.length === 0 ? "" : `## Findings\n\n${rows.slice(0, 20).join("\n")}`;
}

function worker({ worker: said }: RunDigest): string {
  if (said === null) return "";
  return `## What the worker says\n\nNot evidence: ${plain(said.title, 200)}. ${plain(said.notes, 600)}`;
}

function next({
  manager_recommendation: { action, priority, why },
  recommended_actions: todo,
}: RunDigest): string {
  const rows = todo.map((each) => (each.startsWith("agentpr ") ? `- ${code(each)}` : `- ${each}`));
  return `## What next\n\n**${action}** (${priority}): ${why}\n\n${rows.join("\n")}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Words of strangers stay on one line and begin no Markdown. */
function plain(text: string, longest: number): string {
  const line = text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll(/[<>[\]`*_#|]/g, "\\$&");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'").trim().slice(0, 200);
  return line === "" ? "" : `\`${line}\``;
}
