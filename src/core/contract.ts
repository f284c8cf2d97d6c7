import { z } from "zod";

const lines = z.array(z.string().min(1).max(2_000)).max(100);

/** What the worker promises before its first edit. Its words are shown to people, its commands are only proposals. */
export const Contract = z.strictObject({
  decision: z.enum(["proceed", "skip", "needs_review"]),
  reasons: lines,
  toolchain: z.strictObject({ install: lines, test: lines, lint: lines }),
  conventions: z.strictObject({
    commit: z.string().max(2_000).nullable(),
    branch: z.string().max(2_000).nullable(),
  }),
  /** Files that are expected to change. */
  scope: lines,
  risks: lines,
  notes: z.string().max(10_000),
});
export type Contract = z.infer<typeof Contract>;

export const ContractOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("valid"), contract: Contract }),
  z.object({ kind: z.literal("invalid"), problems: z.array(z.string()) }),
]);
export type ContractOutcome = z.infer<typeof ContractOutcome>;

/** Reads a contract from the worker's last words; what is wrong with it is told so that it can be mended. */
export function parseContract(text: string): ContractOutcome {
  const json = jsonIn(text);
  if (json === undefined) return { kind: "invalid", problems: ["the answer is not a JSON object"] };
  const parsed = Contract.safeParse(json);
  if (parsed.success) return { kind: "valid", contract: parsed.data };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "contract"}: ${message}`,
  );
  return { kind: "invalid", problems: problems.slice(0, 20) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(/\{[\s\S]*\}/.exec(text)?.[0] ?? "");
  } catch {
    return undefined; // told by the caller
  }
}
