import { hostname } from "node:os";
import { expect, test } from "@jest/globals";
import { runnerName } from "../../src/config/runner-name.ts";

test.each([
  ["a name of its own", { AGENTPR_RUNNER_NAME: "box-2" }, "box-2"],
  ["none: the machine's", {}, hostname()],
  ["an empty one: the machine's", { AGENTPR_RUNNER_NAME: "" }, hostname()],
])("a runner has %s", (_what, environment, name) => expect(runnerName(environment)).toBe(name));
