import { type Context, type Finding, failure, ok, warning } from "../check.ts";
import { ask } from "./ask.ts";

const NOTICEABLE_SEC = 30;
const WRONG_SEC = 600;
const REMEDY = "Set the clock by the network: timedatectl set-ntp true";

/** This machine's clock beside GitHub's. Leases go by the database's clock and GitHub's sign-in is corrected, but logs are not. */
export async function clock({ app }: Context, signal: AbortSignal): Promise<Finding> {
  const before = Date.now();
  const answer = await ask(app().github.apiUrl, { signal, method: "HEAD" });
  if (!answer.ok)
    return warning(`GitHub does not answer: ${answer.why}`, "Look again when it does: agentpr doctor");
  const theirs = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return ok("GitHub does not tell the time");
  return clockFinding(((before + Date.now()) / 2 - theirs) / 1_000);
}

/** Seconds by which this machine is ahead; GitHub's answer is exact to one second. */
export function clockFinding(aheadSec: number): Finding {
  const off = Math.abs(Math.round(aheadSec));
  if (off <= NOTICEABLE_SEC) return ok("it agrees with GitHub's");
  const words = `it is ${off} seconds ${aheadSec > 0 ? "ahead of" : "behind"} GitHub's`;
  return off > WRONG_SEC ? failure(words, REMEDY) : warning(words, REMEDY);
}
