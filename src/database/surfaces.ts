import type { Db } from "./connect.ts";

/** Something of ours that people see on GitHub: the sticky comment, a check run on one head, a reply. */
export type Surface = {
  kind: "sticky" | "check" | "reply" | "reaction";
  target: string;
  externalId: number;
  bodyHash: string;
};
type Place = Pick<Surface, "kind" | "target">;

/** Stands in the row while a surface is being made: from then on it may be there already. */
const BEGUN = 0;

/** Says that a surface is about to be made; true if nobody ever began to, so that there is nothing to look for. */
export async function beginSurface(db: Db, runId: string, { kind, target }: Place): Promise<boolean> {
  const begun = { run_id: runId, kind, target, external_id: BEGUN, body_hash: "" };
  const rows = await db("surfaces")
    .insert(begun)
    .onConflict(["run_id", "kind", "target"])
    .ignore()
    .returning("run_id");
  return rows.length === 1;
}

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
  if (!row || Number(row.external_id) === BEGUN) return null;
  return { kind, target, externalId: Number(row.external_id), bodyHash: String(row.body_hash) };
}

/** All of that kind that were made for a run. */
export async function listSurfaces(db: Db, runId: string, kind: Surface["kind"]): Promise<Surface[]> {
  const rows = await db("surfaces")
    .where({ run_id: runId, kind })
    .whereNot({ external_id: BEGUN })
    .limit(200);
  return rows.map((row) => ({
    kind,
    target: String(row.target),
    externalId: Number(row.external_id),
    bodyHash: String(row.body_hash),
  }));
}
