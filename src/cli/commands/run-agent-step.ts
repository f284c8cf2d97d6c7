import { type Command, Option } from "commander";
import { EXIT, Problem } from "../../core/problem.ts";
import type { ForegroundEnd } from "../../main/foreground-attempt.ts";
import { readStepFlags, type StepFlags, type StepOptions } from "../agent-step-flags.ts";
import { requireHealth } from "../doctor/require-health.ts";
import { printJson } from "../print-json.ts";
import { type GlobalOptions, optionsOf } from "../program.ts";
import { namedRun, takesRun } from "../run-argument.ts";
import { SANDBOXES } from "./run-preflight.ts";

type Options = StepOptions & GlobalOptions;

export function defineRunAgentStep(command: Command): void {
  budgets(codex(takesRun(command)))
    .option("--task-packet-file <path>", "JSON or Markdown that is added to the task packet")
    .option("--allow-agent-push", "what the agent commits is no violation; pushing stays impossible")
    .option("--allow-dirty-worktree", "refused: every attempt starts clean")
    .option("--skip-preflight", "do not look at what the attempt needs; journaled")
    .addHelpText(
      "after",
      "\nWhat is not given comes from the policy. Ctrl-C calls the attempt off; twice gives it up at once.",
    )
    .action(async () => {
      const options = optionsOf<Options>(command);
      const flags = readStepFlags(options);
      for (const notice of flags.notices) process.stderr.write(`note: ${notice}\n`);
      await requireHealth(command, "runner");
      const { runIdOf } = await import("../resolve-run.ts");
      await carryOut(await runIdOf(options, namedRun(command)), options, flags);
    });
}

function codex(command: Command): Command {
  return command
    .addOption(
      new Option("--codex-sandbox <mode>", "Codex's own sandbox, inside the box").choices([...SANDBOXES]),
    )
    .option("--codex-model <model>", "another model than the policy's or the provider's")
    .option("--no-codex-full-auto", "accepted: without a person Codex is denied whatever it asks for")
    .option("--max-agent-seconds <number>", "longest time for Codex; 0: no total clock")
    .option("--allow-read-path <path>", "shown to the agent read-only; may stand several times", collect, [])
    .option("--skills-mode <mode>", "off, agentpr or agentpr_autonomous")
    .option("--allow-missing-skills", "go on without a skill that is required");
}

function budgets(command: Command): Command {
  return command
    .option("--max-changed-files <number>", "budget of the diff; 0: no limit")
    .option("--max-added-lines <number>", "budget of the diff; 0: no limit")
    .option("--max-retryable-attempts <number>", "failed attempts in a row before a person is asked")
    .option("--min-test-commands <number>", "test commands that must have run for a PASS")
    .option("--runtime-grading-mode <mode>", "rules, hybrid or hybrid_llm");
}

function collect(path: string, before: string[]): string[] {
  return [...before, path];
}

async function carryOut(runId: string, options: Options, flags: StepFlags): Promise<void> {
  const { loadAppSettings, loadRunnerSettings } = await import("../../config/settings.ts");
  const { settingsSource } = await import("../sources.ts");
  const { cliActor } = await import("../cli-actor.ts");
  const { nameOf } = await import("../../actions/actor.ts");
  const { liveView } = await import("../live-view.ts");
  const { runAgentStep } = await import("../../main/run-agent-step.ts");
  const source = settingsSource(options);
  const actor = cliActor();
  const signals = listen();
  const view = liveView(process.stderr, { lines: options.json === true });
  try {
    const end = await runAgentStep({
      ...{ app: loadAppSettings(source), runner: loadRunnerSettings(source), runId },
      ...{ by: nameOf(actor), cause: actor.cause, policy: flags.policy, flags: flags.journaled },
      readPaths: options.allowReadPath,
      skipPreflight: options.skipPreflight === true,
      allowAgentPush: options.allowAgentPush === true,
      allowMissingSkills: options.allowMissingSkills === true,
      packet: flags.packet,
      onlooker: { onStage: view.onStage, onProgress: view.onProgress, callOff: signals.callOff },
      stop: signals.stop,
    });
    view.end();
    await tell(runId, end, { json: options.json === true, interrupted: signals.callOff.aborted });
  } finally {
    view.end();
    signals.close();
  }
}

/** The first signal calls the attempt off, which ends it with a report; the second gives it up at once. */
function listen() {
  const [callOff, stop] = [new AbortController(), new AbortController()];
  const onSignal = () => (callOff.signal.aborted ? stop : callOff).abort(new Error("called off by a person"));
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const close = () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  return { callOff: callOff.signal, stop: stop.signal, close };
}

type How = { json: boolean; interrupted: boolean };

async function tell(runId: string, end: ForegroundEnd, { json, interrupted }: How): Promise<void> {
  if (end.kind === "no_run") throw notFound(runId);
  if (end.kind === "refused")
    throw new Problem(
      "No attempt was begun",
      end.why,
      `Look at it with: agentpr show-run ${runId}`,
      EXIT.refused,
    );
  const { resultOf, resultText } = await import("../agent-step-result.ts");
  const result = resultOf(end);
  if (json) printJson("agentpr.agent_step.v1", result);
  else process.stdout.write(`${resultText(result)}\n`);
  process.exitCode = interrupted ? EXIT.interrupted : result.ok ? EXIT.done : EXIT.refused;
}

function notFound(runId: string): Problem {
  const remedy = "List what there is with: agentpr list-runs";
  return new Problem(`There is no run ${runId}`, "nothing here has that name", remedy, EXIT.notFound);
}
