import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { listPrompts, loadPrompt, ownTask, promptFault } from "../../src/config/prompts.ts";
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

test("v1 and issue are shipped", () => {
  expect(listPrompts(PROJECT_ROOT)).toEqual(expect.arrayContaining(["issue", "v1"]));
});

test("a version that exists has no fault; another one is told with those that exist", () => {
  expect(promptFault("issue", SHIPPED)).toBeNull();
  expect(promptFault("isue", SHIPPED)).toBe(
    `There is no prompt version "isue" (did you mean "issue"?); there are ${listPrompts(PROJECT_ROOT).join(", ")}.`,
  );
  expect(promptFault("anything", { root: PROJECT_ROOT, file: "/some/prompt.md" })).toBeNull();
});

test("v1 asks for something itself, issue wants a request", () => {
  expect(ownTask("v1", SHIPPED)).toBe("Integrate Forge as a model provider");
  expect(ownTask("issue", SHIPPED)).toBeNull();
});

test.each([
  ["an empty prompt", " \n", "it is empty"],
  ["an endless prompt", "x".repeat(200_001), "more than 200000"],
  ["a prompt that is not there", null, "ENOENT"],
])("%s is refused", async (_title, text, why) => {
  const folder = await mkdtemp(join(tmpdir(), "agentpr-prompts-"));
  const file = join(folder, "prompt.md");
  if (text !== null) await writeFile(file, text);

  expect(() => loadPrompt("v1", { root: PROJECT_ROOT, file })).toThrow(
    expect.objectContaining({ why: expect.stringContaining(why) }),
  );
  await rm(folder, { recursive: true, force: true });
});

test("the shipped prompts keep to what every worker may do", () => {
  for (const version of listPrompts(PROJECT_ROOT))
    expect(loadPrompt(version, SHIPPED)).toMatch(/What not to do[\s\S]*CI[\s\S]*test/);
});
