import { type Finding, failure, ok } from "../check.ts";
import { isAtLeast } from "./versions.ts";

export async function node(): Promise<Finding> {
  return isAtLeast(process.versions.node, [22, 20])
    ? ok(`Node ${process.versions.node}`)
    : failure(
        `Node ${process.versions.node} is too old`,
        "Start agentpr through npm, which brings its own Node: npx agentpr",
      );
}
