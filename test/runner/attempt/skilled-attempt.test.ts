import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { anything, promptHas, say, turn, writeFile } from "../../../demo/model/conversation.ts";
import { startScriptedModel } from "../../../demo/model/scripted-model.ts";
import { type AttemptResult, runAttempt } from "../../../runner/attempt/run-attempt.ts";
import { installSkills } from "../../../runner/skills/install-skills.ts";
import { readShipped } from "../../../runner/skills/shipped.ts";
import { skillTemplate } from "../../../runner/skills/skill-status.ts";
import type { Contract } from "../../../src/core/contract.ts";
import { SKILL_NAMES } from "../../../src/core/skills.ts";
import { connect } from "../../../src/database/connect.ts";
import { stand } from "../../support/workspace.ts";
import { testBoxed } from "../box/boxed.ts";
import { CONTRACT, SUMMARY, settingsOf, specOf } from "./staged-attempt.ts";

const [PREFLIGHT, IMPLEMENT] = SKILL_NAMES;

type Order = { bwrap: string; contract?: Contract; prepare?: (dataDir: string) => Promise<void> };

/** A staged attempt on a repository behind real HTTP, without verification. */
async function attempt({ bwrap, contract = CONTRACT, prepare }: Order): Promise<AttemptResult> {
  await using place = await stand({ "README.md": "# Target\n" });
  const database = connect("sqlite::memory:");
  const model = await startScriptedModel([
    turn(promptHas("files can be written now"), [writeFile("src/a.ts", "export {};"), say(SUMMARY)]),
    turn(anything, [say(JSON.stringify(contract))]),
  ]);
  const settings = { ...settingsOf(model, bwrap, place.root), isolation: { kind: "box", bwrap } as const };
  await prepare?.(settings.dataDir);
  const spec = specOf({ skills_mode: "agentpr", verify_mode: "off", min_test_commands: 0 });
  const clone = { ...spec.clone, url: place.url, host: "127.0.0.1" };
  try {
    return await runAttempt({
      db: database.knex,
      settings,
      spec: { ...spec, clone, base: { branch: "main", sha: place.baseSha } },
      attemptId: "att_1",
      eventsFile: join(place.root, "reports", "events.jsonl"),
      signal: place.signal,
      onProgress: () => undefined,
    });
  } finally {
    await Promise.all([model.stop(), database.close()]);
  }
}

testBoxed("an attempt seals what was agreed, and keeps version and hash of its skills", async (bwrap) => {
  const { report } = await attempt({ bwrap });

  const shipped = await Promise.all([PREFLIGHT, IMPLEMENT].map((name) => readShipped(name)));
  expect(report).toMatchObject({
    grade: { grade: "PASS" },
    contract: { kind: "valid", contract: CONTRACT },
    evidence: { contract: { decision: "proceed" }, usage: { inputTokens: 3_000 } },
    change: { diff: { files: [{ path: "src/a.ts" }] } },
  });
  expect(report.skills).toEqual(
    shipped.map((skill) => ({ name: skill?.name, version: skill?.version, hash: skill?.hash })),
  );
});

testBoxed(
  "a contract that needs a person escalates with its reasons, and nothing is sealed",
  async (bwrap) => {
    const contract = { ...CONTRACT, decision: "needs_review", reasons: ["two readings"] } as const;

    const { report } = await attempt({ bwrap, contract: { ...contract, reasons: [...contract.reasons] } });

    expect(report).toMatchObject({
      grade: {
        grade: "HUMAN_REVIEW",
        reason: "contract_needs_review",
        because: "The contract says needs_review: two readings",
      },
      change: null,
      threadId: expect.any(String),
    });
  },
);

testBoxed(
  "with other skills in the runner's template the attempt ends before anything is fetched",
  async (bwrap) => {
    const { report } = await attempt({
      bwrap,
      prepare: async (dataDir) => {
        await installSkills({ codexHome: skillTemplate(dataDir), names: SKILL_NAMES, force: false });
        writeFileSync(join(skillTemplate(dataDir), "skills", IMPLEMENT, "SKILL.md"), "changed");
      },
    });

    expect(report).toMatchObject({
      grade: { grade: "HUMAN_REVIEW", reason: "preflight_hard_failure" },
      baseSha: null,
      skills: [],
    });
    expect(report.grade.because).toContain(`agentpr install-skills --force --name ${IMPLEMENT}`);
  },
);
