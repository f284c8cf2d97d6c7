import { readFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { linesOf, readCast, writeCast } from "../../../demo/recording/cast.ts";
import { PICTURE, presentable } from "../../../demo/recording/record.ts";
import { svgOf } from "../../../demo/recording/svg.ts";
import { PROJECT_ROOT } from "../../../src/config/settings.ts";

const ESCAPE = String.fromCharCode(27);
const TEXT = [
  '{"version":2,"width":20,"height":2}',
  '[0,"o","first\\nsec"]',
  `[9.5,"o","ond & <b>\\n${"\\u001b"}[1mbold${"\\u001b"}[22m plain"]`,
  "",
].join("\n");

test("a recording is read and written as asciinema has it", () => {
  expect(writeCast(readCast(TEXT))).toBe(TEXT);
  expect(linesOf(readCast(TEXT))).toEqual([
    { at: 0, text: "first" },
    { at: 9.5, text: "second & <b>" },
    { at: 9.5, text: `${ESCAPE}[1mbold${ESCAPE}[22m plain` },
  ]);
});

test("lines come in their turn, what is long past scrolls away, and long waits are short", () => {
  const svg = svgOf(readCast(TEXT));

  expect(svg).toContain("second &amp; &lt;b&gt;</text>");
  expect(svg).toContain('<tspan class="b">bold</tspan> plain</text>');
  expect(svg).toContain("animation:s 7.2s step-end infinite"); // 1.2 s for 9.5, and the rest at the end
  expect(svg).toContain(".all{transform:translateY(-18px)");
  expect(open(svg)).toEqual([]);
});

test("folders and names of the machine are left out", () => {
  const said = `a http://127.0.0.1:4711/x by ${hostname()}\n  artifact /data/x\n  everything lies in /tmp/demo-1\n`;

  expect(presentable(said, "/tmp/demo-1")).toBe("a http://127.0.0.1/x by runner\n");
});

/** What the maintainer's job goes through, in this order. */
const PHASES = [
  ...[
    "issue opened",
    "comment",
    "QUEUED",
    "attempt requested",
    "EXECUTING",
    "change sealed",
    "PASS",
    "PUSHED",
  ],
  ...["branch published", "PR requested", "PR confirmed", "PR opened", "CI_WAIT", "CI red", "ITERATING"],
  ...[
    "fix published",
    "CI green",
    "REVIEW_WAIT",
    "changes requested",
    "approved",
    "merged",
    "DONE",
    "✔ main: DONE",
  ],
];

test("the picture in the README shows the whole demo, is small, and tells nothing of a machine", async () => {
  const svg = await readFile(join(PROJECT_ROOT, PICTURE), "utf8");
  const readme = await readFile(join(PROJECT_ROOT, "README.md"), "utf8");
  const shown = [...svg.matchAll(/<text [^>]+>(.*)<\/text>/g)].map(([, line = ""]) =>
    line.replace(/<[^>]+>/g, ""),
  );

  const seen = PHASES.map((phase) => shown.findIndex((line) => line.includes(phase)));
  expect(PHASES.filter((_, at) => seen[at] === -1)).toEqual([]);
  expect(shown[0]).toBe("$ npm run demo");
  expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(300 * 1_024);
  expect(open(svg)).toEqual([]);
  for (const own of [hostname(), homedir(), tmpdir(), PROJECT_ROOT])
    expect(`${own}: ${own.length > 3 && svg.includes(own)}`).toBe(`${own}: false`);
  expect(svg).not.toMatch(/<script|href=|url\(|(?<!\w)\/(tmp|home|root|Users|var)\//);
  expect(readme.slice(0, readme.indexOf("## Try it"))).toContain(`](${PICTURE})`);
});

/** Elements that are not closed, or not in their order. */
function open(svg: string): string[] {
  const waiting: string[] = [];
  for (const [, closes, name = "", itself] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closes === "") waiting.push(...(itself === "/" ? [] : [name]));
    else if (waiting.at(-1) === name) waiting.pop();
    else return [`</${name}> in ${waiting.join(" ")}`];
  }
  return waiting;
}
