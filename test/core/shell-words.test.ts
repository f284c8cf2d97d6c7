import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { simpleCommands } from "../../src/core/shell-words.ts";

const read = (line: string) =>
  simpleCommands(line).map(({ after, words }) => [after, ...words].join(" ").trim());

test.each([
  ["npm test", ["npm test"]],
  ["a && b || c; d | e & f", ["a", "&& b", "|| c", "; d", "| e", "& f"]],
  ["a\nb", ["a", "; b"]],
  ["echo 'a && b' \"c ; d\"", ["echo a && b c ; d"]],
  ["a\\ b c", ["a b c"]],
  ["A=1 B='x y' cmd arg", ["cmd arg"]],
  ["A=1", []],
  ["bash -lc 'cd x && npm test'", ["cd x", "&& npm test"]],
  ["/bin/sh -c \"sh -c 'a b'\"", ["a b"]],
  ["bash script.sh -c x", ["bash script.sh -c x"]],
  ["(cd a; b)", ["cd a", "; b"]],
  ["a 2>&1 >out.txt </dev/null b", ["a b"]],
  ["a &> log && b", ["a", "&& b"]],
  ["cat <<EOF\nnpm test\nEOF\nls", ["cat", "; ls"]],
  ["cat <<'EOF' > x\nnpm test\nEOF", ["cat"]],
  ["a # npm test", ["a"]],
  ["a#b", ["a#b"]],
  ["echo $(npm test) `npm test`", ["echo $(npm test) `npm test`"]],
  ["if [ -f x ]; then npm test; fi", ["[ -f x ]", "; npm test"]],
  ["a \\\n  b", ["a b"]],
  ["a || (b)", ["a", "|| b"]],
  ["'unclosed", ["unclosed"]],
  ["", []],
])("%j is read", (line, commands) => expect(read(line)).toEqual(commands));

test("variables set before a command belong to it, through shells too", () => {
  expect(simpleCommands("A=1 bash -c 'B=2 x'")).toEqual([
    { words: ["x"], variables: { A: "1", B: "2" }, after: "", led: [], unattended: false },
  ]);
});

test.each([
  ["if a; then b; fi", [["if"], ["then"]]],
  ["! a", [["!"]]],
  ["! bash -c 'a; b'", [["!"], []]],
])("what leads the commands of %j is kept", (line, led) => {
  expect(simpleCommands(line).map((command) => command.led)).toEqual(led);
});

test.each([
  ["a && b", false],
  ["a &", true],
  ["(a) & wait", true],
  ["bash -c 'a &'", true],
  ["a 2>&1", false],
])("whether anybody waits for %j is known", (line, unattended) => {
  expect(simpleCommands(line).some((command) => command.unattended)).toBe(unattended);
});

test("options of a shell that take a word do not hide the script", () => {
  expect(read("bash --noprofile -eo pipefail -c 'npm test'")).toEqual(["npm test"]);
});

test("any text is read to its end", () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    "\\",
    "$(",
    ")",
    "`",
    "&&",
    "||",
    ";",
    "|",
    "<<A",
    "\n",
    "#",
    " ",
    "bash -c",
    ">",
    "2>&1",
    "(",
    "{",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 }), (pieces) => {
      expect(Array.isArray(simpleCommands(pieces.join("")))).toBe(true);
    }),
    { numRuns: 500, seed: 2 },
  );
});
