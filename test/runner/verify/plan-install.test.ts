import { expect, test } from "@jest/globals";
import { installCommands } from "../../../runner/verify/plan-install.ts";

test.each([
  [["package.json", "package-lock.json"], ["npm ci"]],
  [
    ["pnpm-lock.yaml", "uv.lock"],
    ["pnpm install --frozen-lockfile", "uv sync --frozen"],
  ],
  [["package.json", "go.mod"], []],
  [["web/package-lock.json"], []],
])("%j is installed by %j", (paths, commands) => expect(installCommands(paths)).toEqual(commands));
