import { registryChecks } from "../../../../runner/attempt/package-registries.ts";
import { type Context, type Finding, ok, warning } from "../check.ts";

/** npm and pip ask the registries that they are set to here, as projects that are worked on will. */
export async function registries({ runner }: Context, signal: AbortSignal): Promise<Finding> {
  const path = runner().environment.PATH ?? "";
  const asked = await registryChecks(["cmd.npm", "cmd.python3"], { settings: { path }, signal });
  const silent = asked.filter((check) => !check.ok);
  return silent.length === 0
    ? ok("those of npm and pip answer")
    : warning(
        silent.map(({ detail }) => detail).join("; "),
        "Look at: npm config get registry, and python3 -m pip config list",
      );
}
