import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { listPrompts, loadPrompt } from "../../src/config/prompts.ts";
import { PROJECT_ROOT } from "../../src/config/settings.ts";

const SHIPPED = { root: PROJECT_ROOT, file: null };

test.each(listPrompts(PROJECT_ROOT))("the version %s selects its own file", (version) => {
  expect(loadPrompt(version, SHIPPED)).toMatch(/^# /);
});

test.each(["v9", "../../etc/passwd", "", "v1.md", "V1"])("the version %j does not exist", (version) => {
  expect(() => loadPrompt(version, SHIPPED)).toThrow("There is no prompt version");
});

test("one file may take the place of every version", () => {
  const file = join(PROJECT_ROOT, "policy", "prompts", "issue.md");

  expect(loadPrompt("v1", { root: PROJECT_ROOT, file })).toBe(loadPrompt("issue", SHIPPED));
});
