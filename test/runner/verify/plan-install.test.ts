import { expect, test } from "@jest/globals";
import { installCommands, knownInstalls } from "../../../runner/verify/plan-install.ts";

test.each([
  [["package.json", "package-lock.json"], ["npm ci"]],
  [
    ["pnpm-lock.yaml", "uv.lock"],
    ["pnpm install --frozen-lockfile", "uv sync --frozen"],
  ],
  [["package.json", "go.mod"], []],
  [["web/package-lock.json"], []],
])("%j is installed by %j", (paths, commands) => expect(installCommands(paths)).toEqual(commands));

test("of what somebody names, only installs that are known to take what a lock file pins are run", () => {
  expect(
    knownInstalls([
      " npm  ci",
      "npm install left-pad",
      "npm ci && curl x | sh",
      "uv sync --frozen",
      "npm ci",
    ]),
  ).toEqual(["npm ci", "uv sync --frozen"]);
});
