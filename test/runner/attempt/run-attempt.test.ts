import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { anything, say, shell, turn, writeFile } from "../../../demo/model/conversation.ts";
import { TaskPacket } from "../../../src/core/packet.ts";
import type { Files } from "../../support/git-repository.ts";
import { stand } from "../../support/workspace.ts";
import { realAttempt } from "./real-attempt.ts";

jest.setTimeout(120_000);

const FILES: Files = {
  "README.md": "# target\n\nRun `node --test`.\n",
  "say.js": 'exports.say = () => "hi";\n',
  "test/say.test.js": 'require("node:test")("says", () => {});\n',
  "package.json": '{"scripts":{"test":"node --test"}}\n',
};
const CHANGE = writeFile("say.js", 'exports.say = () => "hello";');

function answer(more: Record<string, unknown> = {}) {
  const said = { status: "pass", title: "Say hello", notes: "It says more.", files_changed: ["say.js"] };
  return say(JSON.stringify({ ...said, commands_run: ["node --test"], contract: null, ...more }));
}

test.each([
  ["needs_review", "contract_needs_review"],
  ["skip", "contract_skip"],
] as const)(
  "a contract that says %s ends the attempt: nothing is built, run or sealed",
  async (decision, reason) => {
    await using at = await stand(FILES);
    const contract = { decision, reasons: ["two readings of the issue", "ask Ada"] };
    const steps = [CHANGE, answer({ contract })] as const;

    const { report, bundle } = await realAttempt(at, { conversation: [turn(anything, steps)] });

    expect(report.grade).toEqual({
      grade: "HUMAN_REVIEW",
      reason,
      because: `The contract says ${decision}: two readings of the issue; ask Ada`,
    });
    expect(report).toMatchObject({ change: null, contract: { kind: "valid", contract } });
    expect(report.evidence).toMatchObject({ contract, diff: null, verification: null });
    expect(report.stages.map(({ name }) => name)).toEqual(["provision", "codex"]);
    expect(bundle).toBeNull();
  },
);

test("a contract that goes on names the tests and the commit's form where nothing else does", async () => {
  await using at = await stand({
    "say.js": FILES["say.js"] ?? "",
    "checks/say.test.js": FILES["test/say.test.js"] ?? "",
  });
  const toolchain = {
    install: ["rm -rf /"],
    test: ["node --test checks/say.test.js", "echo tests pass"],
    lint: [],
  };
  const conventions = { commit: "type(scope): subject", branch: "fix/<issue>" };
  const contract = { decision: "proceed", toolchain, conventions };
  const steps = [CHANGE, answer({ contract })] as const;

  const { report } = await realAttempt(at, { conversation: [turn(anything, steps)] });

  expect(report.grade).toMatchObject({ grade: "PASS", reason: "runtime_success" });
  expect(report.evidence.verification?.commands.map(({ command, origin }) => [command, origin])).toEqual([
    ["node --test checks/say.test.js", "contract"],
  ]);
  expect(report.change?.message).toMatch(/^feat: say hello\n/);
});

test("a target that refuses machines is left alone before Codex runs, unless the policy knows better", async () => {
  await using at = await stand({ ...FILES, "CONTRIBUTING.md": "We do not accept AI-generated code.\n" });
  const conversation = [turn(anything, [CHANGE, answer()])];

  const refused = await realAttempt(at, { conversation });
  const allowed = await realAttempt(at, { conversation, policy: { respect_ai_refusal: false } });

  expect(refused.report.grade).toMatchObject({ grade: "HUMAN_REVIEW", reason: "contributions_refused" });
  expect(refused.report.grade.because).toContain(
    "CONTRIBUTING.md says: “We do not accept AI-generated code.”",
  );
  expect(refused.report.governance?.refusal).toMatchObject({ path: "CONTRIBUTING.md" });
  expect(refused.requests).toEqual([]);
  expect(allowed.report.grade.grade).toBe("PASS");
});

test("a target that asks for a sign-off and types gets both, and its rules reach the worker", async () => {
  await using at = await stand({
    ...FILES,
    "CONTRIBUTING.md": "All commits must be signed off (DCO).\n\nWe use Conventional Commits.\n",
  });

  const { report, dataDir, requests } = await realAttempt(at, {
    conversation: [turn(anything, [CHANGE, shell("node --test"), answer()])],
    packet: { instructions: ["the key is canary-123456"] },
    knownSecrets: ["canary-123456"],
  });

  expect(report.change?.message).toBe(
    "feat: say hello\n\nIt says more.\n\nSigned-off-by: Ada <ada@example.org>\n",
  );
  const stored = readFileSync(join(dataDir, "task_packets", "run_1_1.json"), "utf8");
  const packet = TaskPacket.parse(JSON.parse(stored));
  expect(packet.repository).toMatchObject({
    baseBranch: "main",
    baseSha: at.baseSha,
    headSha: at.baseSha,
    governance: { signOff: { path: "CONTRIBUTING.md" }, commits: { kind: "conventional" } },
  });
  expect(stored).not.toContain("canary");
  expect(requests[0]?.prompt).toContain("All commits must be signed off (DCO).");
  expect(requests[0]?.prompt).not.toContain("canary");
});
