import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { VerifySettings } from "../../../runner/attempt/verify-box.ts";
import { verifyCandidate } from "../../../runner/attempt/verify-candidate.ts";
import { nodeToolPaths } from "../../../runner/box/tool-paths.ts";
import type { CommandRun } from "../../../src/core/evidence.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/core/policy.ts";
import { NO_SETTINGS } from "../../../src/core/repository-settings.ts";
import { type Files, writeFiles } from "../../support/git-repository.ts";
import { sampleFiles } from "../../support/sample-repository.ts";
import { type Stand, stand } from "../../support/workspace.ts";
import { LIMITS, probe } from "../box/boxed.ts";

type Worked = {
  /** What the worker leaves in its tree, and in its scratch folder. */
  tree: Files;
  scratch?: Files;
  commands?: readonly CommandRun[];
  fileChanges?: readonly { path: string }[];
};

const NODE = { test: "node --test" };
let settings: VerifySettings;

beforeAll(async () => {
  const probed = await probe();
  settings = {
    isolation: probed.ok ? { kind: "box", bwrap: probed.bwrap } : { kind: "none" },
    toolPaths: nodeToolPaths(process.execPath),
    path: [dirname(process.execPath), "/usr/local/bin:/usr/bin:/bin"].join(":"),
    templates: {},
    limits: LIMITS,
  };
});

test("Node: what fails before and after is pre-existing, what fails only after is new, and tests count", async () => {
  await using place = await stand(sampleFiles("node"));

  const harmless = await verified(place, { tree: { "sum.js": "exports.sum = (a, b) => b + a;\n" } });
  const broken = await verified(place, { tree: { "sum.js": "exports.sum = () => 0;\n" } });

  expect(harmless).toMatchObject({
    infrastructure: ["test/old.test.js", "test/sum.test.js"],
    commands: [{ command: "npm test", origin: "manifest", verdict: "preexisting", head: { ran: 2 } }],
  });
  expect(broken.commands).toMatchObject([{ verdict: "new_failure", newFailures: ["sums"] }]);
});

test("Python: unittest is found, read, and starts each time on a clean tree that is the sealed one", async () => {
  await using place = await stand(sampleFiles("python"));
  const rewriting = `${sampleFiles("python")["tests/test_shop.py"]}        pathlib.Path("state.txt").write_text("closed\\n")\n        pathlib.Path("shop.py").unlink()\n`;
  const workspace = await place.workspace(undefined, "run-rewrites");
  writeFiles(workspace.tree, { "tests/test_shop.py": rewriting });
  const [before, tree] = [
    await candidateOf(place, workspace),
    () => readFileSync(join(workspace.tree, "shop.py")),
  ];
  const source = tree();

  const policy = {
    verify_commands: ["python3 -m unittest discover -s tests", "python3 -m unittest tests/test_shop.py"],
  };
  const result = await verifyIn(place, workspace, { tree: {} }, policy);
  const after = await candidateOf(place, workspace);

  expect(result.commands.map(({ verdict }) => verdict)).toEqual(["passed", "passed"]);
  expect(after.treeSha).toBe(before.treeSha);
  expect(tree()).toEqual(source);
});

test("Python: a layout for a runner that may not be here is planned, and proves nothing where it cannot run", async () => {
  await using place = await stand(sampleFiles("pytest"));

  const planned = await verified(place, { tree: { "README.md": "x\n" } });
  const unittest = await verified(
    place,
    { tree: { "shop.py": "def total(prices):\n    return 0\n" } },
    { verify_commands: ["python3 -m unittest tests/test_shop.py"] },
  );

  expect(planned.commands).toMatchObject([{ command: "python3 -m pytest", kind: "test" }]);
  expect(["passed", "not_a_test_run"]).toContain(planned.commands[0]?.verdict);
  expect(unittest.commands).toMatchObject([
    { verdict: "new_failure", head: { ran: 1 }, base: { exitCode: 0 } },
  ]);
});

test("Make: a target is what its recipe does; Go: the command is planned though there may be no Go", async () => {
  await using make = await stand(sampleFiles("make"));
  await using go = await stand(sampleFiles("go"));

  const broken = await verified(make, { tree: { "shop.py": "def total(prices):\n    return 1\n" } });
  const planned = await verified(go, { tree: { "README.md": "x\n" } });

  expect(broken.commands).toMatchObject([{ command: "python3 -m unittest discover -s tests" }]);
  expect(broken.commands[0]?.verdict).toBe("new_failure");
  expect(planned.commands).toMatchObject([{ command: "go test ./..." }]);
  expect(["passed", "not_a_test_run"]).toContain(planned.commands[0]?.verdict);
});

test("Make: the recipe is asked where no manifest names a test", async () => {
  const makefile = "test: unit\nunit:\n\t@node --test checks.mjs\n";
  const checks = 'import test from "node:test";\ntest("is", () => {});\n';
  await using place = await stand({ Makefile: makefile, "checks.mjs": checks });

  const result = await verified(place, { tree: { "README.md": "x\n" } });

  expect(result.commands).toMatchObject([{ command: "make test", verdict: "passed", head: { ran: 1 } }]);
});

test("different results on the same tree are flaky, also where the base fails as well", async () => {
  const wavering =
    'const fs = require("fs"); require("node:test")("wavers", () => { if (!fs.existsSync(".flag")) { fs.writeFileSync(".flag", ""); throw 1; } });\n';
  await using place = await stand(sampleFiles("node"));

  const result = await verified(place, { tree: { "test/flaky.test.js": wavering } });

  expect(result.commands).toMatchObject([{ verdict: "flaky", newFailures: ["wavers"] }]);
});

test("without any tests nothing is planned, and that there are none is evidence", async () => {
  await using place = await stand(sampleFiles("none"));

  expect(await verified(place, { tree: { "README.md": "more\n" } })).toMatchObject({
    commands: [],
    infrastructure: [],
  });
  expect(await verified(place, { tree: { "test/a.test.js": "" } })).toMatchObject({
    infrastructure: ["test/a.test.js"],
  });
});

test("a suite that hangs ends at the clock, and nothing of it is alive afterwards", async () => {
  const token = `hang-${process.pid}`;
  const spawn = (words: string) =>
    `require("child_process").spawn("setsid", ${words}, { detached: true, stdio: "ignore" }).unref();`;
  const hanging = `${spawn(`["bash", "-c", "exec -a ${token} sleep 300"]`)}\nsetInterval(() => {}, 1_000);\n`;
  await using place = await stand({
    "package.json": JSON.stringify({ scripts: NODE }),
    "test/a.test.js": "",
  });

  const result = await verified(place, { tree: { "test/hang.test.js": hanging } }, { verify_timeout_sec: 3 });

  expect(result.commands).toMatchObject([{ verdict: "new_failure", head: { timedOut: true }, again: null }]);
  expect(commandLines().filter((line) => line.startsWith(token))).toEqual([]);
});

const NEEDS = 'require("node:test")("needs a package", () => require("left-pad")("x"));\n';
const WITH_PACKAGE = {
  ".gitignore": "node_modules/\n",
  "package.json": JSON.stringify({ scripts: NODE }),
  "test/needs.test.js": NEEDS,
};
const PACKAGE = { "node_modules/left-pad/index.js": "module.exports = (text) => ' ' + text;\n" };

test("a base without installed dependencies is compared in the same ones that the candidate has", async () => {
  await using place = await stand(WITH_PACKAGE);
  const use =
    'require("node:test")("pads", () => { if (require("left-pad")("x") !== "x") throw new Error("no"); });\n';

  const lent = await verified(place, { tree: { ...PACKAGE, "README.md": "x\n" } });
  const broken = await verified(place, { tree: { ...PACKAGE, "test/pads.test.js": use } });
  const without = await verified(place, { tree: { "README.md": "x\n" } });

  expect(lent).toMatchObject({ dependencies: "reused", commands: [{ verdict: "passed" }] });
  expect(broken).toMatchObject({ commands: [{ verdict: "new_failure", newFailures: ["pads"] }] });
  expect(without).toMatchObject({ dependencies: "none", commands: [{ verdict: "preexisting" }] });
});

const GREEN = '#!/bin/sh\necho "TAP version 13"; echo "ok 1 - all"; echo "1..1"; exit 0\n';
const CHECKED = {
  ".gitignore": "node_modules/\n",
  "package.json": JSON.stringify({ scripts: { test: "sh node_modules/.bin/mocha" } }),
  "sum.js": "exports.sum = (a, b) => a + b;\n",
  "check.js":
    'if (require("./sum.js").sum(1, 2) !== 3) throw new Error("no");\nconsole.log("1..1\\nok 1 - sums");\n',
};
const HONEST = { "node_modules/.bin/mocha": "#!/bin/sh\nexec node check.js\n" };

test("a runner that the worker patched in an ignored folder proves nothing", async () => {
  await using place = await stand(CHECKED);
  const change = { "sum.js": "exports.sum = () => 0;\n" };
  const policy = { verify_commands: ["npm test"] };

  const patched = await verified(place, { tree: { ...change, "node_modules/.bin/mocha": GREEN } }, policy);
  const honest = await verified(place, { tree: { ...HONEST, "README.md": "x\n" } }, policy);
  const touched = await verified(
    place,
    {
      tree: { ...HONEST, "README.md": "x\n" },
      commands: [{ command: "sed -i s/1/2/ node_modules/.bin/mocha", exitCode: 0, durationMs: 1 }],
    },
    policy,
  );

  expect(patched.commands).toMatchObject([{ verdict: "unproven", doubt: expect.stringContaining("broken") }]);
  expect(honest).toMatchObject({ dependencies: "reused", commands: [{ verdict: "passed" }] });
  expect(touched.commands).toMatchObject([
    { verdict: "unproven", doubt: expect.stringContaining("node_modules/.bin/mocha") },
  ]);
});

test("what the worker left in its HOME has no part in the verification", async () => {
  await using place = await stand(sampleFiles("node"));
  const scratch = {
    "home/.npmrc": "script-shell=/bin/true\n",
    "home/.bashrc": "exit 0\n",
    "tmp/x": "",
  };

  const result = await verified(place, { tree: { "sum.js": "exports.sum = () => 0;\n" }, scratch });

  expect(result.commands).toMatchObject([{ verdict: "new_failure", newFailures: ["sums"] }]);
});

test("what it installed below its HOME is lent, and cannot make a red suite green", async () => {
  await using place = await stand(sampleFiles("python"));
  const green =
    "import os, sys, threading\nif 'unittest' in sys.orig_argv:\n    print('Ran 2 tests in 0.1s\\n\\nOK', flush=True)\n    os._exit(0)\n";
  const scratch = { "home/.local/lib/python3.11/site-packages/usercustomize.py": green };

  const result = await verified(place, {
    tree: { "shop.py": "def total(prices):\n    return 0\n" },
    scratch,
  });

  expect(result.dependencies).toBe("reused");
  expect(["unproven", "new_failure"]).toContain(result.commands[0]?.verdict);
});

test("a second attempt's verification finds nothing of the first one's", async () => {
  await using place = await stand(CHECKED);
  const policy = { verify_commands: ["npm test"] };
  const change = { "sum.js": "exports.sum = () => 0;\n" };

  await verified(place, { tree: { ...change, "node_modules/.bin/mocha": GREEN } }, policy);
  const second = await verified(place, { tree: change }, policy);

  expect(second).toMatchObject({ dependencies: "none" });
  expect(second.commands[0]?.verdict).not.toBe("passed");
});

test("where the worker has no network, its tests have none either", async () => {
  if (settings.isolation.kind !== "box") return;
  await using place = await stand(sampleFiles("none"));
  const policy = {
    verify_commands: ["ls /sys/class/net 2>/dev/null || tail -n +3 /proc/net/dev | cut -d: -f1"],
  };

  const result = await verified(
    place,
    { tree: { "README.md": "x\n" } },
    { ...policy, box_network: "provider" },
  );

  expect(result.commands[0]?.head.outputTail.trim()).toBe("lo");
});

type Work = Awaited<ReturnType<Stand["workspace"]>>;

async function verified(place: Stand, worked: Worked, policy: Partial<Policy> = {}) {
  const workspace = await place.workspace(undefined, "run-1");
  return verifyIn(place, workspace, worked, policy);
}

async function verifyIn(place: Stand, workspace: Work, worked: Worked, policy: Partial<Policy>) {
  writeFiles(workspace.tree, worked.tree);
  writeFiles(workspace.scratch, worked.scratch ?? {});
  return verifyCandidate({
    settings,
    spec: {
      policy: { ...DEFAULT_POLICY, verify_timeout_sec: 60, ...policy },
      repository: NO_SETTINGS,
      packet: { contract: null },
    },
    workspace,
    candidate: await candidateOf(place, workspace),
    commands: worked.commands ?? [],
    fileChanges: worked.fileChanges ?? [],
    signal: place.signal,
  });
}

async function candidateOf(place: Stand, workspace: Work) {
  const built = await place.candidate(workspace);
  if (built.kind !== "built") throw new Error(JSON.stringify(built));
  return built.candidate;
}

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readCommandLine(pid));
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // it has just ended
  }
}
