import { type Contract, type ContractOutcome, parseContract } from "../../src/core/contract.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import type { CodexResult } from "../codex/codex-order.ts";
import { contractTurn, mendingTurn, type Turn, workTurn } from "./turns.ts";

/** Has Codex take a turn, on the thread of the turn before. */
export type TakeTurn = (turn: Turn) => Promise<CodexResult>;
export type StagedRun = {
  turns: [CodexResult, ...CodexResult[]];
  /** Null when Codex did not come to an answer; its end then says why. */
  contract: ContractOutcome | null;
};

/** First a contract, which may be mended once; the work only if that is valid and says so. */
export async function runStaged(spec: AttemptSpec, take: TakeTurn): Promise<StagedRun> {
  const agreed = await agree(spec, take);
  const contract = toProceed(agreed.contract);
  return contract === null
    ? agreed
    : { ...agreed, turns: [...agreed.turns, await take(workTurn(spec, contract))] };
}

async function agree(spec: AttemptSpec, take: TakeTurn): Promise<StagedRun> {
  const first = await take(contractTurn(spec));
  const contract = contractIn(first);
  if (contract?.kind !== "invalid") return { turns: [first], contract };
  const second = await take(mendingTurn(contract.problems));
  return { turns: [first, second], contract: contractIn(second) };
}

function contractIn({ end, lastMessage }: CodexResult): ContractOutcome | null {
  return end.kind === "finished" ? parseContract(lastMessage ?? "") : null;
}

/** The contract, if it lets the work begin. */
export function toProceed(contract: ContractOutcome | null): Contract | null {
  return contract?.kind === "valid" && contract.contract.decision === "proceed" ? contract.contract : null;
}
