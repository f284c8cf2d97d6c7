import type { ContractOutcome, ContractVerdict } from "../../src/core/contract.ts";
import type { AttemptSpec } from "../../src/core/packet.ts";
import { readSaidContract } from "./prompt.ts";
import type { WorkerRun } from "./run-worker.ts";
import { toProceed } from "./staged-worker.ts";

export type Agreement = {
  /** The contract that the attempt made, valid or not. */
  contract: ContractOutcome | null;
  /** What of it counts for the grade. */
  verdict: ContractVerdict | null;
};

type Ended = Pick<WorkerRun, "contract" | "lastMessage">;

/** The contract of a turn of its own comes first; the last message may still say that the work must not go on. */
export function agreementOf({ contract: asked, lastMessage }: Ended): Agreement {
  const said = readSaidContract(lastMessage);
  const late = toProceed(asked) !== null && said?.kind === "valid" && toProceed(said) === null;
  const contract = asked === null || late ? said : asked;
  return { contract, verdict: verdictOf(contract, asked !== null) };
}

/** One that is not valid counts only where it was asked for: then the work never began. */
function verdictOf(contract: ContractOutcome | null, wasAsked: boolean): ContractVerdict | null {
  if (contract?.kind === "invalid")
    return wasAsked ? { decision: "invalid", reasons: contract.problems } : null;
  return contract && { decision: contract.contract.decision, reasons: contract.contract.reasons };
}

export function isDeclined(verdict: ContractVerdict | null): boolean {
  return verdict !== null && verdict.decision !== "proceed";
}

/** A new contract is in force from here on: it feeds verification and the commit's words. */
export function withContract<O extends { spec: AttemptSpec }>(order: O, made: ContractOutcome | null): O {
  const contract = toProceed(made);
  if (contract === null) return order;
  return { ...order, spec: { ...order.spec, packet: { ...order.spec.packet, contract } } };
}
