import { type ApiCalls, CALL_KINDS, NO_CALLS } from "../core/api-calls.ts";
import type { Db } from "./connect.ts";

/** Adds to what a run has asked of GitHub; null for what was asked for no run in particular. */
export async function addCalls(db: Db, runId: string | null, calls: ApiCalls): Promise<void> {
  const rows = CALL_KINDS.filter((kind) => calls[kind] > 0).map((kind) => ({
    run_id: runId ?? "",
    kind,
    calls: calls[kind],
  }));
  if (rows.length === 0) return;
  const total = db.raw("api_calls.calls + excluded.calls");
  await db("api_calls").insert(rows).onConflict(["run_id", "kind"]).merge({ calls: total });
}

/** What a run has asked of GitHub so far; null: what was asked for no run in particular; "all": both, of all runs. */
export async function readCalls(db: Db, runId: string | null | "all"): Promise<ApiCalls> {
  const rows = await db("api_calls").where(runId === "all" ? {} : { run_id: runId ?? "" });
  const calls: ApiCalls = { ...NO_CALLS };
  for (const kind of CALL_KINDS)
    for (const row of rows) if (row.kind === kind) calls[kind] += Number(row.calls);
  return calls;
}
