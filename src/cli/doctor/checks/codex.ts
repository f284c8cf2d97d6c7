import { findCodex } from "../../../../runner/codex/find-codex.ts";
import { messageOf } from "../../../core/problem.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

/** Where Codex is not required, its absence is only told. */
export async function codex({ runner, requireCodex }: Context, signal: AbortSignal): Promise<Finding> {
  const { environment } = runner();
  return findCodex(environment, signal).then(
    ({ version, source, path }) => ok(`${version}, from ${source} (${path})`),
    (error: unknown) => {
      if (requireCodex || environment.AGENTPR_CODEX_BIN) throw error;
      return warning(messageOf(error), "Run npm install, or set AGENTPR_CODEX_BIN");
    },
  );
}
