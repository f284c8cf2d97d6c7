import type { VerifiedCommand } from "../core/evidence.ts";
import { type Attempt, listAttempts } from "../database/attempts.ts";
import { action } from "./action.ts";
import { RunInput, withRun } from "./named-run.ts";
import { type Fact, refuse } from "./reply.ts";

const MOST_COMMANDS = 20;
const MOST_LINES = 40;

export const logs = action({
  summary: "Show what the newest attempt ran, and the end of what its tests said",
  aliases: [],
  tier: "read",
  input: RunInput,
  examples: ["agentpr logs run_1a2b3c4d5e6f"],
  run: (context, actor, input) => {
    // Output may hold anything; on GitHub everybody reads along.
    if (actor.via === "github") return Promise.resolve(refuse("Logs are not shown on GitHub."));
    return withRun(context, actor, input, async ({ id }) => {
      const attempt = (await listAttempts(context.world.database.knex, id)).at(-1);
      if (attempt === undefined) return refuse(`Run ${id} has had no attempt yet.`);
      const { number, status, runner } = attempt;
      const text = `Attempt ${number} of ${id}: ${status}, on runner ${runner}`;
      return { ok: true, text, facts: [...codexFacts(attempt), ...verifiedFacts(attempt)] };
    });
  },
});

function codexFacts({ report, progress }: Attempt): Fact[] {
  if (report === null) return Object.entries(progress ?? {}).map(([name, value]) => [name, String(value)]);
  const ran = report.evidence.commands.slice(-MOST_COMMANDS);
  const end = report.evidence.codex?.message;
  return [
    ...ran.map(
      ({ command, exitCode }): Fact => [exitCode === null ? "cut off" : `exit ${exitCode}`, command],
    ),
    ...(end ? [["Codex", end] as const] : []),
    ["grade", `${report.grade.grade} (${report.grade.reason}): ${report.grade.because}`],
  ];
}

function verifiedFacts({ report }: Attempt): Fact[] {
  return (report?.evidence.verification?.commands ?? []).flatMap(outputOf);
}

function outputOf({ command, verdict, head }: VerifiedCommand): Fact[] {
  const tail = head.outputTail.trimEnd().split("\n").slice(-MOST_LINES).join("\n");
  return [["verified", `${command}: ${verdict}`], ...(tail === "" ? [] : [["its output", tail] as const])];
}
