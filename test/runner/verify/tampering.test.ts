import { expect, test } from "@jest/globals";
import { tamperedPaths } from "../../../runner/verify/tampering.ts";

const FOLDERS = ["node_modules", ".venv"];
const paths = (commands: string[], changed: string[] = []) =>
  tamperedPaths({ folders: FOLDERS, commands, changed, tree: "/w/tree" });

test.each([
  ["sed -i s/a/b/ node_modules/jest/index.js", ["node_modules/jest/index.js"]],
  ["echo 'exit 0' > node_modules/.bin/jest", ["node_modules/.bin/jest"]],
  ["bash -lc 'cp fake.js ./node_modules/jest/index.js'", ["node_modules/jest/index.js"]],
  ["cat <<'EOF' > .venv/bin/pytest\nx\nEOF", [".venv/bin/pytest"]],
  ["ln -s /bin/true /w/tree/node_modules/.bin/tap", ["node_modules/.bin/tap"]],
])("%j writes into what is lent", (command, expected) => expect(paths([command])).toEqual(expected));

test.each([
  "npm ci",
  "cat node_modules/jest/package.json && npm install",
  "node_modules/.bin/jest -u",
  ". .venv/bin/activate && pip install -e .",
  ".venv/bin/pip install pytest > /dev/null",
  "rm -rf node_modules/.cache",
  "grep -r x node_modules/jest 2>/dev/null",
  "sed -i s/a/b/ src/node_modules_list.ts",
])("%j does not", (command) => expect(paths([command])).toEqual([]));

test("the worker's own edits are seen as well", () => {
  expect(paths([], ["/w/tree/node_modules/x/a.js", "src/a.js", ".venv/lib/b.py"])).toEqual([
    "node_modules/x/a.js",
    ".venv/lib/b.py",
  ]);
});
