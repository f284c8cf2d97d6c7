import { z } from "zod";
import { readYaml } from "./read-yaml.ts";

const text = z.string().optional().catch(undefined);
const Step = z
  .object({
    run: text,
    shell: text,
    "working-directory": text,
    env: z.unknown().optional(),
    if: z.unknown().optional(),
  })
  .catch({ run: undefined, shell: undefined, "working-directory": undefined, env: undefined, if: undefined });
const Defaults = z
  .object({ run: z.object({ "working-directory": text }).optional() })
  .optional()
  .catch(undefined);
const Job = z.object({
  "runs-on": z.unknown().optional(),
  services: z.unknown().optional(),
  env: z.unknown().optional(),
  defaults: Defaults,
  steps: z.array(Step).default([]).catch([]),
});
type Job = z.infer<typeof Job>;
const Workflow = z.object({
  env: z.unknown().optional(),
  defaults: Defaults,
  jobs: z.record(z.string(), z.unknown()).default({}),
});

const WORKFLOW_FILE = /^\.github\/workflows\/[^/]+\.ya?ml$/;
const OTHER_SYSTEM = /windows|macos/i;
const CONTROL = /^\s*(if|for|while|until|case|function|select|then|else|elif|do|esac|fi|done)\b|<<|\{\s*$/;
const CARRIED = /^\s*(cd\s+\S+|export\s+\w+=\S*)\s*$/;

/** Lines of the workflows' `run:` steps that could run here: no expressions, secrets, services or other systems. */
export function ciCommands(files: ReadonlyMap<string, string>, notes: string[]): string[] {
  return [...files]
    .filter(([path]) => WORKFLOW_FILE.test(path))
    .flatMap(([path, content]) => workflowCommands(readYaml(path, content, notes)));
}

function workflowCommands(doc: unknown): string[] {
  const workflow = Workflow.safeParse(doc);
  if (!workflow.success || needsSecrets(workflow.data.env)) return [];
  return Object.values(workflow.data.jobs).flatMap((raw) => {
    const job = Job.safeParse(raw);
    return job.success ? jobCommands(job.data, workflow.data.defaults) : [];
  });
}

function jobCommands(job: Job, outer: z.infer<typeof Defaults>): string[] {
  const elsewhere = OTHER_SYSTEM.test(JSON.stringify(job["runs-on"] ?? "")) || job.services !== undefined;
  if (elsewhere || needsSecrets(job.env)) return [];
  const folder = job.defaults?.run?.["working-directory"] ?? outer?.run?.["working-directory"];
  return job.steps.flatMap((step) => {
    const shell = step.shell ?? "bash";
    if (
      step.run === undefined ||
      step.if !== undefined ||
      needsSecrets(step.env) ||
      !/^(ba)?sh\b/.test(shell)
    )
      return [];
    return stepLines(step.run, step["working-directory"] ?? folder);
  });
}

/** One command a line; what a script with branches or loops does is not guessed at. */
function stepLines(script: string, folder: string | undefined): string[] {
  const lines = script.replace(/[ \t]*\\\n\s*/g, " ").split("\n");
  if (lines.some((line) => CONTROL.test(line)) || folder?.includes("${{")) return [];
  const carried = folder && folder !== "." ? [`cd ${quoted(folder)}`] : [];
  return lines.flatMap((line) => {
    if (CARRIED.test(line) && !line.includes("${{")) carried.push(line.trim());
    if (line.trim() === "" || line.includes("${{") || CARRIED.test(line)) return [];
    return [[...carried, line.trim()].join(" && ")];
  });
}

function needsSecrets(env: unknown): boolean {
  return /\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(env ?? {}));
}

function quoted(folder: string): string {
  return /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
}
