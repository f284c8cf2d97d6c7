import type { Run } from "../core/run.ts";
import { type AppContext, targetOf } from "./context.ts";

/** Does something with a token for the run's repository that is taken back afterwards, however it ends. */
export async function withToken<T>(
  { github }: Pick<AppContext, "github">,
  run: Run,
  purpose: "read" | "push",
  work: (token: string) => Promise<T>,
): Promise<T> {
  const target = targetOf(run);
  const { token, revoke } = await (purpose === "push"
    ? github.mintPushToken(target)
    : github.mintReadToken(target));
  try {
    return await work(token);
  } finally {
    await revoke();
  }
}
