import { createHash } from "node:crypto";
import type { Database, Db } from "./connect.ts";

/**
 * Runs a statement whose text never changes and gives its rows; NOW stands for the clock. Under a name the
 * database keeps its plan, for planning a claim costs more than carrying it out.
 */
export async function runFixed(
  database: Database,
  db: Db,
  sql: string,
  bindings: readonly (string | number | null)[],
): Promise<Record<string, unknown>[]> {
  const text = sql.replaceAll("NOW", String(database.now()));
  const answer = await db.raw(text, bindings).options({ name: nameOf(text) });
  return database.dialect === "sqlite" ? answer : answer.rows;
}

/** Another text must have another name: the clock of a test may be moved between two claims. */
function nameOf(text: string): string {
  return `agentpr_${createHash("sha1").update(text).digest("hex").slice(0, 16)}`;
}
