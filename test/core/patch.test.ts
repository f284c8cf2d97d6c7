import { expect, test } from "@jest/globals";
import { parsePatch } from "../../src/core/patch.ts";

const PATCH = `diff --git a/a.txt b/a.txt
index 1..2 100644
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,4 @@ heading
 one
--- two
+++ two
+@@ -1 +1 @@
 three
@@ -10 +11 @@
-ten
\\ No newline at end of file
+TEN
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-bye
diff --git "a/t\\tb\\303\\274" "b/t\\tb\\303\\274"
new file mode 100644
--- /dev/null
+++ "b/t\\tb"
@@ -0,0 +1 @@
+new
`;

test("lines are read by the hunks' counts, so content cannot pass for a header", () => {
  expect(parsePatch(PATCH)).toEqual([
    {
      path: "a.txt",
      added: [
        { line: 2, text: "++ two" },
        { line: 3, text: "@@ -1 +1 @@" },
        { line: 11, text: "TEN" },
      ],
      removed: [
        { line: 2, text: "-- two" },
        { line: 10, text: "ten" },
      ],
    },
    { path: "gone.txt", added: [], removed: [{ line: 1, text: "bye" }] },
    { path: "t\tb", added: [{ line: 1, text: "new" }], removed: [] },
  ]);
});

test("a patch that is cut off gives what was there", () => {
  expect(parsePatch(PATCH.slice(0, 110))[0]?.path).toBe("a.txt");
  expect(parsePatch("")).toEqual([]);
});
