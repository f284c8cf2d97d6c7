import { Contract, contractSchema } from "../../src/core/contract.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { SKILL_NAMES } from "../../src/core/skills.ts";
import type { Skill } from "../skills/shipped.ts";
import { buildPrompt, summarySchema } from "./prompt.ts";

/** One turn of Codex: what it is told, and what it may do and must answer. */
export type Turn = { prompt: string; outputSchema: object; readOnly: boolean };

const [CONTRACT_SKILL, WORK_SKILL, FIX_SKILL] = SKILL_NAMES;

/** The only turn of an attempt that is not staged; one that only answers questions can write nothing. */
export function soleTurn(spec: AttemptSpec, skills: readonly Skill[]): Turn {
  const prompt = buildPrompt(spec, { envelope: envelopeOf(spec, skills) });
  return { prompt, ...WORK, readOnly: spec.packet.answersOnly };
}

/** Reads the repository and answers with a contract; nothing can be written. */
export function contractTurn(spec: AttemptSpec): Turn {
  const envelope = `Use the skill $${CONTRACT_SKILL} for this turn. It is read-only: nothing can be written. What follows is the task that the contract is for; do not begin it yet.`;
  const orders = "Answer with the contract for `request` in the packet.";
  const packet = { ...spec.packet, requiredOutput: CONTRACT_OUTPUT };
  return { prompt: buildPrompt(spec, { envelope, orders, packet, ending: CONTRACT_ENDING }), ...AGREEMENT };
}

/** The one more try that a contract gets. */
export function mendingTurn(problems: readonly string[]): Turn {
  const faults = problems.map((problem) => `- ${problem}`).join("\n");
  return {
    prompt: `Your answer is not a valid contract:\n${faults}\n\nThis turn is read-only as well. ${CONTRACT_ENDING}`,
    ...AGREEMENT,
  };
}

/** Does the work that was agreed. */
export function workTurn(spec: AttemptSpec, contract: Contract): Turn {
  const envelope = `Use the skill $${WORK_SKILL} for this turn. Your contract is valid and stands in the packet as \`contract\`; files can be written now.`;
  return { prompt: buildPrompt(spec, { envelope, packet: { ...spec.packet, contract } }), ...WORK };
}

const CONTRACT_ENDING =
  "Answer with one JSON object, the contract as the skill describes it, and nothing around it.";

const CONTRACT_OUTPUT = {
  status: [...Contract.shape.decision.options],
  fields: Object.keys(Contract.shape),
};
const WORK = { outputSchema: summarySchema(), readOnly: false };
const AGREEMENT = { outputSchema: contractSchema(), readOnly: true };

function envelopeOf({ policy }: AttemptSpec, skills: readonly Skill[]): string {
  if (skills.length === 0) return "";
  if (policy.skills_mode === "agentpr") return `Use the skill $${FIX_SKILL} for this turn.`;
  // Without a `$` before the name: that would load each of them whole, chosen or not.
  const list = skills.map(({ name, description }) => `- \`${name}\`: ${description}`);
  return ["These skills are there for this task. Choose which of them you use, and when:", ...list].join(
    "\n",
  );
}
