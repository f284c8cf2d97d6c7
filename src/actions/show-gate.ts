import { type Gate, judgeGate } from "../core/gate.ts";
import type { Run } from "../core/run.ts";
import { newestApproval } from "../database/approvals.ts";
import { readGateFacts } from "../engine/gate-facts.ts";
import { policyOfRun } from "../engine/run-policy.ts";
import type { ActionContext } from "./action.ts";
import { checkFacts } from "./describe-gate.ts";
import type { Fact } from "./reply.ts";

/** How the gate stands while a run waits there, and the newest request for its pull request. */
export async function showGate(context: ActionContext, run: Run): Promise<{ facts: Fact[]; data: object }> {
  const { world } = context;
  const approval = await newestApproval(world.database.knex, run.id);
  const isOpen = approval?.status === "requested" || approval?.status === "confirmed";
  const bypassed = isOpen ? (approval?.bypass ?? null) : null;
  const gate = await gateOf(context, run, bypassed);
  const asked: Fact[] =
    approval === null
      ? []
      : [
          [
            "request",
            `${approval.status}: “${approval.title}” for ${approval.sha.slice(0, 12)}, by ${approval.requestedBy}`,
          ],
        ];
  const bypass: Fact[] = approval?.bypass ? [["gate bypassed", approval.bypass]] : [];
  return {
    facts: [...checkFacts(gate?.checks ?? []), ...asked, ...bypass],
    data: { gate, approval: approval && withoutCode(approval) },
  };
}

/** The gate as the rows alone tell it; judged only while a run waits there. */
export async function gateOf(
  context: ActionContext,
  run: Run,
  bypass: string | null = null,
): Promise<Gate | null> {
  if (run.state !== "PUSHED") return null;
  return judgeGate(await readGateFacts(context.world, run, await policyOfRun(context, run)), bypass);
}

function withoutCode<T extends { codeHash: unknown; mac: unknown }>(
  approval: T,
): Omit<T, "codeHash" | "mac"> {
  const { codeHash: _code, mac: _mac, ...rest } = approval;
  return rest;
}
