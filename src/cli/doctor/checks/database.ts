import { existsSync } from "node:fs";
import { messageOf, Problem } from "../../../core/problem.ts";
import { connect } from "../../../database/connect.ts";
import { migrate } from "../../../database/migrations.ts";
import { openDatabase } from "../../open-database.ts";
import { type Context, type Finding, failure, ok } from "../check.ts";

/** Reachable, and with the tables of this version. */
export async function database({ profile, app, runner }: Context): Promise<Finding> {
  const { databaseUrl: url } = profile === "runner" ? runner() : app();
  try {
    const opened = await openDatabase(url);
    await opened.close();
    return ok(`${opened.dialect}, up to date`);
  } catch (error) {
    if (!(error instanceof Problem)) return failure(messageOf(error), "Correct AGENTPR_DATABASE_URL");
    const lacking = failure(`${error.message}: ${error.why}`, error.remedy);
    return profile !== "runner" && isNew(url) ? { ...lacking, mend: () => make(url) } : lacking;
  }
}

/** Only what is not there at all is made unasked: data that somebody has is brought up to date by hand, after a backup. */
function isNew(url: string): boolean {
  return url.startsWith("sqlite:") && !existsSync(url.slice("sqlite:".length));
}

async function make(url: string): Promise<void> {
  const made = connect(url);
  try {
    await migrate(made);
  } finally {
    await made.close();
  }
}
