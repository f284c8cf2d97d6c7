import type { Db } from "./connect.ts";

/** Something of ours that people see on GitHub: the sticky comment, a check run on one head, a reply. */
export type Surface = {
  kind: "sticky" | "check" | "reply" | "reaction";
  target: string;
  externalId: number;
  bodyHash: string;
};

export async function saveSurface(db: Db, runId: string, surface: Surface): Promise<void> {
  await db("surfaces")
    .insert({
      run_id: runId,
      kind: surface.kind,
      target: surface.target,
      external_id: surface.externalId,
      body_hash: surface.bodyHash,
    })
    .onConflict(["run_id", "kind", "target"])
    .merge();
}

export async function findSurface(
  db: Db,
  runId: string,
  kind: Surface["kind"],
  target: string,
): Promise<Surface | null> {
  const row = await db("surfaces").where({ run_id: runId, kind, target }).first();
  return row ? { kind, target, externalId: Number(row.external_id), bodyHash: String(row.body_hash) } : null;
}
