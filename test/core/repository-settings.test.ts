import { expect, test } from "@jest/globals";
import {
  NO_SETTINGS,
  RepositorySettings,
  readRepositorySettings,
} from "../../src/core/repository-settings.ts";

test("commands, wishes and a reason to stay away are read", () => {
  const content = {
    max_changed_files: 3,
    limits: { run: { tokens: 5 } },
    test_commands: ["make test "],
    lint_commands: ["make lint"],
    skip: "We are moving house.",
  };

  expect(readRepositorySettings(content)).toEqual({
    settings: {
      skip: "We are moving house.",
      testCommands: ["make test"],
      lintCommands: ["make lint"],
      asks: { max_changed_files: 3, limits: { run: { tokens: 5 } } },
    },
    faults: [],
  });
});

test.each([
  ["nothing", null],
  ["an empty file", undefined],
  ["no wish to be left alone", { skip: false }],
])("%s says nothing", (_title, content) => {
  expect(readRepositorySettings(content)).toEqual({ settings: NO_SETTINGS, faults: [] });
});

test("skip alone is reason enough", () => {
  expect(readRepositorySettings({ skip: true }).settings.skip).toBe("it asks not to be worked on");
});

test.each([
  [
    "an unknown key",
    { max_changd_files: 1 },
    ['unknown key "max_changd_files" (did you mean "max_changed_files"?)'],
  ],
  [
    "an unknown key of a group",
    { limits: { run: { token: 1 } } },
    ['limits.run: unknown key "token" (did you mean "tokens"?)'],
  ],
  ["a value out of range", { min_test_commands: -1 }, [expect.stringContaining("min_test_commands: ")]],
  ["a command that is none", { test_commands: "make" }, [expect.stringContaining("test_commands: ")]],
  ["two slips", { a: 1, isolation: "cage" }, [expect.stringContaining("isolation"), 'unknown key "a"']],
])("%s is told, and the rest still holds", (_title, slip, faults) => {
  const read = readRepositorySettings({ ...slip, draft_pr: true });

  expect(read.settings).toEqual({ ...NO_SETTINGS, asks: { draft_pr: true } });
  expect(read.faults).toEqual(faults);
});

test.each([
  ["a list", []],
  ["a word", "skip"],
  ["a number", 5],
])("%s is no settings", (_title, content) => {
  expect(readRepositorySettings(content).settings).toEqual(NO_SETTINGS);
  expect(readRepositorySettings(content).faults).toHaveLength(1);
});

test("a thousand slips with long names are told in few words", () => {
  const content = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => ["x".repeat(200) + index, 1]),
  );

  const { faults } = readRepositorySettings(content);

  expect(faults.join().length).toBeLessThan(10_000);
});

test("what an order holds of it is read back as it was written", () => {
  const { settings } = readRepositorySettings({
    skip: true,
    box_limits: { memory_mb: 300 },
    test_commands: ["a"],
  });

  expect(RepositorySettings.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
});
