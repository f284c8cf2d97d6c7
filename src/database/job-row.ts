import { Job } from "../core/job.ts";
import { fromRow } from "./columns.ts";

export function parseJob(row: Record<string, unknown>): Job {
  return Job.parse(fromRow(row, { json: ["payload"] }));
}
