import { expect, test } from "@jest/globals";
import { renderText } from "../../src/cli/render.ts";
import type { Look } from "../../src/cli/section-text.ts";
import { cut, textWidth } from "../../src/cli/text-width.ts";
import { duration, relative, type Section, stateCell, text } from "../../src/core/section.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const plain = (_tone: string, words: string) => words;
const look = (width: number): Look => ({ width, nowMs: NOW, paint: plain, pages: null });

const TABLE: Section = {
  kind: "table",
  title: "runs",
  columns: [
    { name: "run" },
    { name: "state" },
    { name: "repository", yields: true },
    { name: "tries", align: "right" },
    { name: "updated", align: "right" },
    { name: "request", yields: true },
  ],
  rows: [
    [
      ...[text("run_1a2b3c4d5e6f"), stateCell("NEEDS_HUMAN"), text("octo/widget"), text(12)],
      ...[{ at: NOW - 3 * HOUR }, text("Give the greeting a time zone,\nand do not break anybody\u001b[31m")],
    ],
    [
      ...[
        text("run_ffffffffffff"),
        stateCell("PUSHED"),
        text("a-long-organisation/with-a-long-repository"),
        text(1),
      ],
      ...[{ at: NOW - 5_000 }, text("日本語の題名をここに書く")],
    ],
  ],
  below: ["agentpr retry run_1a2b3c4d5e6f", "agentpr request-open-pr run_ffffffffffff"],
};

test.each([80, 120])("a table fits into %d columns", (width) => {
  const lines = renderText({ ok: true, text: "2 runs", sections: [TABLE] }, look(width)).split("\n");

  expect(lines).toMatchSnapshot();
  expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
});

test("where there is all the room nothing is cut", () => {
  const shown = renderText({ ok: true, text: "", sections: [TABLE] }, look(Number.POSITIVE_INFINITY));

  expect(shown).toContain("a-long-organisation/with-a-long-repository");
  expect(shown).toContain("and do not break anybody");
  expect(shown).not.toContain("\u001b");
});

test("on a terminal a state has its colour and a page its link", () => {
  const bright: Look = {
    ...look(80),
    paint: (tone, words) => `<${tone}>${words}</>`,
    pages: "https://example.test",
  };
  const cell = { text: "#7", page: "/octo/widget/pull/7" };
  const table: Section = {
    kind: "table",
    title: "",
    columns: [{ name: "s" }, { name: "pr" }],
    rows: [[stateCell("DONE"), cell]],
  };

  expect(
    renderText({ ok: true, text: "", sections: [table] }, bright)
      .split("\n")
      .at(-1),
  ).toBe("  <green>DONE</>  \u001b]8;;https://example.test/octo/widget/pull/7\u001b\\#7\u001b]8;;\u001b\\");
});

test.each([
  [NOW - 4_000, "4 s ago"],
  [NOW - 90_000, "1 min ago"],
  [NOW - 50 * HOUR, "2 d ago"],
  [NOW + 12 * 60_000, "in 12 min"],
])("%d is told as %s", (at, words) => expect(relative(at, NOW)).toBe(words));

test.each([
  [850, "850 ms"],
  [12_400, "12.4 s"],
  [185_000, "3 m 05 s"],
  [2 * HOUR + 600_000, "2 h 10 m"],
])("%d ms last %s", (ms, words) => expect(duration(ms)).toBe(words));

test("wide letters take two places, and a cut never takes half of one", () => {
  expect(textWidth("日本e\u0301")).toBe(5);
  expect(cut("日本語", 4)).toBe("日…");
});
