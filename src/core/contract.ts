import { z } from "zod";
import { contractFields } from "./contract-forms.ts";
import { readMarkdownContract } from "./contract-markdown.ts";
import { outputSchema } from "./output-schema.ts";

const text = (most: number) => z.string().trim().max(most);
const list = (most: number, length: number) => z.array(text(length).min(1)).max(most).default([]);

const DECISIONS = ["proceed", "skip", "needs_review"] as const;

/** What the worker found out about a repository before it changed anything: whether to go on, and by which rules. */
export const Contract = z.object({
  decision: z.enum(DECISIONS),
  reasons: list(20, 1_000),
  toolchain: z
    .object({ install: list(20, 500), test: list(20, 500), lint: list(20, 500) })
    .default({ install: [], test: [], lint: [] }),
  conventions: z
    .object({ commit: text(300).nullable().default(null), branch: text(300).nullable().default(null) })
    .default({ commit: null, branch: null }),
  /** Files expected to change. */
  scope: list(200, 500),
  risks: list(30, 1_000),
  notes: text(10_000).default(""),
});
export type Contract = z.infer<typeof Contract>;

/** A contract as it was read, or what is wrong with it. */
export const ContractOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("valid"), contract: Contract }),
  z.object({ kind: z.literal("invalid"), problems: z.array(z.string()) }),
]);
export type ContractOutcome = z.infer<typeof ContractOutcome>;

/** What of it counts for the grade. */
export const ContractVerdict = z.object({
  decision: z.enum([...DECISIONS, "invalid"]),
  reasons: z.array(z.string()),
});
export type ContractVerdict = z.infer<typeof ContractVerdict>;

const LONGEST = 100_000;
const MOST_PROBLEMS = 20;

/** A contract as JSON, as JSON in prose or in a fence, or as Markdown under headings. Never believed for more than words. */
export function parseContract(text: string): ContractOutcome {
  if (text.length > LONGEST) return invalid(`it is longer than ${LONGEST} characters`);
  if (text.trim() === "") return invalid("it is empty");
  const fields = readJson(text) ?? readMarkdownContract(text);
  return fields === null ? invalid("it is neither JSON nor Markdown with a decision") : readContract(fields);
}

/** A contract that is data already. */
export function readContract(value: unknown): ContractOutcome {
  const parsed = Contract.safeParse(contractFields(value));
  if (parsed.success) return { kind: "valid", contract: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "contract"}: ${message}`,
  );
  return { kind: "invalid", problems: problems.slice(0, MOST_PROBLEMS) };
}

/** The schema of a contract as an answer. */
export function contractSchema(): object {
  return outputSchema(Contract);
}

function invalid(problem: string): ContractOutcome {
  return { kind: "invalid", problems: [problem] };
}

/** The whole text, else the first fence, else what stands between the outermost braces. */
function readJson(text: string): unknown {
  const fences = [...text.matchAll(/^[ \t]*(?:```|~~~)[^\n]*\n([\s\S]*?)^[ \t]*(?:```|~~~)/gm)].slice(0, 20);
  const braced = text.slice(Math.max(0, text.indexOf("{")), text.lastIndexOf("}") + 1);
  for (const candidate of [text, ...fences.map(([, inner = ""]) => inner), braced]) {
    const value = parsed(candidate);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // another form, or none: the caller looks on
  }
}
