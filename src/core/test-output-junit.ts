import type { TestReading } from "./test-output.ts";
import { numbered } from "./test-output-counting.ts";

const TAG = /<(\/?)(testcase|failure|error|skipped)\b((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The test cases of a JUnit XML report; null when it is none. What tests printed is in CDATA, and counts for nothing. */
export function readJunitXml(xml: string): TestReading | null {
  if (!/<testsuites?[\s>]/.test(xml.slice(0, 5_000))) return null;
  let [ran, current] = [0, ""];
  const failing: string[] = [];
  for (const [, closing, tag = "", attributes = "", alone] of withoutQuotedText(xml).matchAll(TAG)) {
    if (tag === "testcase") {
      ran += closing ? 0 : 1;
      current = closing ? "" : caseName(attributes);
    } else if (!closing && current !== "") {
      if (tag === "skipped") ran -= 1;
      else if (failing.at(-1) !== current) failing.push(current);
    } else if (!closing && tag !== "skipped") failing.push("outside of all tests");
    if (tag === "testcase" && alone) current = "";
  }
  return { ran, failing: numbered(failing).sort(), failed: failing.length };
}

function caseName(attributes: string): string {
  const [suite, name] = ["classname", "name"].map((key) => attribute(attributes, key));
  return [suite, name].filter((part) => part !== "").join(" › ") || "a test without a name";
}

function attribute(attributes: string, key: string): string {
  const [, double, single] =
    new RegExp(`(?:^|\\s)${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes) ?? [];
  return (double ?? single ?? "").replace(
    /&(amp|lt|gt|quot|apos);/g,
    (_all, name: string) => ENTITIES[name] ?? "",
  );
}

/** Comments and CDATA sections are text that could hold anything. An unclosed one runs to the end. */
function withoutQuotedText(xml: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < xml.length) {
    const [comment, data] = [xml.indexOf("<!--", at), xml.indexOf("<![CDATA[", at)];
    const start = Math.min(...[comment, data].map((found) => (found < 0 ? xml.length : found)));
    parts.push(xml.slice(at, start));
    if (start === xml.length) break;
    const mark = start === comment ? "-->" : "]]>";
    const end = xml.indexOf(mark, start + 4);
    at = end < 0 ? xml.length : end + mark.length;
  }
  return parts.join("");
}
