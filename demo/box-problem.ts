import { probeMachine } from "../runner/main.ts";

/** Why this machine cannot make the box, or null when it can. */
export async function boxProblem(): Promise<{ cause: string; remedy: string } | null> {
  const probe = await probeMachine(process.env.PATH ?? "", AbortSignal.timeout(30_000));
  return probe.ok ? null : probe;
}
