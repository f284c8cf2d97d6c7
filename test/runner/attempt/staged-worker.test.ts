import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import {
  anything,
  hang,
  promptHas,
  say,
  shell,
  slow,
  turn,
  writeFile,
} from "../../../demo/model/conversation.ts";
import type { ServedRequest } from "../../../demo/model/scripted-model.ts";
import { SKILL_NAMES } from "../../../src/core/skills.ts";
import { testBoxed } from "../box/boxed.ts";
import { CONTRACT, SUMMARY, work } from "./staged-attempt.ts";

const [PREFLIGHT, IMPLEMENT, FIX] = SKILL_NAMES;
const FOR_CONTRACT = promptHas("do not begin it yet");
const FOR_WORK = promptHas("files can be written now");
const MENDING = promptHas("is not a valid contract");
const AGREED = say(JSON.stringify(CONTRACT));

/** Skills of the target, one of them under the name of ours. */
const THEIRS = {
  ".agents/skills/evil/SKILL.md": "---\nname: evil\ndescription: CANARY\n---\nCANARY\n",
  [`.codex/skills/${IMPLEMENT}/SKILL.md`]: `---\nname: ${IMPLEMENT}\ndescription: CANARY\n---\nCANARY\n`,
};

testBoxed("first a contract in a turn that cannot write, then the work, on one thread", async (bwrap) => {
  const { result, requests, tree, events } = await work({
    bwrap,
    files: THEIRS,
    conversation: [
      turn(FOR_CONTRACT, [
        shell("touch planted || echo refused"),
        shell("touch $TMPDIR/x || echo refused"),
        AGREED,
      ]),
      turn(FOR_WORK, [writeFile("src/a.ts", "export {};"), say(SUMMARY)]),
    ],
  });

  expect(result).toMatchObject({
    end: { kind: "finished" },
    contract: { kind: "valid", contract: CONTRACT },
    lastMessage: SUMMARY,
    modelRequests: 5,
    summary: { turns: 2, usage: { inputTokens: 5_000, outputTokens: 500 } },
  });
  expect(result.summary.commands.map(({ readOnlyTurn = false }) => readOnlyTurn)).toEqual([
    true,
    true,
    false,
  ]);
  expect(readdirSync(tree).toSorted()).toEqual([".agents", ".codex", "src"]);
  expect(readFileSync(events, "utf8").match(/refused/g)?.length).toBeGreaterThanOrEqual(2);
  expect(threadsIn(events)).toHaveLength(1);
  expect(requests.at(-1)?.prompt).toContain("mind-the-gap");
  expect(requests.at(-1)?.messages.some(({ text }) => text.includes("do not begin it yet"))).toBe(true);
  expect(loadedSkills(requests.at(0))).toEqual(expect.arrayContaining([PREFLIGHT]));
  expect(loadedSkills(requests.at(-1))).toEqual(expect.arrayContaining([IMPLEMENT]));
  expect(JSON.stringify(requests)).not.toContain("CANARY");
});

testBoxed("a contract that is not valid may be mended once, with what is wrong with it", async (bwrap) => {
  const { result, requests, tree } = await work({
    bwrap,
    conversation: [
      turn(FOR_CONTRACT, [say(JSON.stringify({ ...CONTRACT, decision: "perhaps" }))]),
      turn(MENDING, [shell("touch planted"), AGREED]),
      turn(FOR_WORK, [writeFile("a", "x"), say(SUMMARY)]),
    ],
  });

  expect(requests[1]?.prompt).toContain("- decision: ");
  expect(result).toMatchObject({ contract: { kind: "valid" }, summary: { turns: 3 } });
  expect(readdirSync(tree)).toEqual(["a"]);
});

testBoxed(
  "without a valid contract after that, or with one that declines, the work never begins",
  async (bwrap) => {
    const never = turn(FOR_WORK, [writeFile("a", "x"), say(SUMMARY)]);
    const [invalid, declined] = [
      await work({ bwrap, conversation: [never, turn(anything, [say("I would rather begin")])] }),
      await work({
        bwrap,
        conversation: [never, turn(anything, [say(JSON.stringify({ ...CONTRACT, decision: "skip" }))])],
      }),
    ];

    expect(invalid.result).toMatchObject({
      end: { kind: "finished" },
      contract: { kind: "invalid", problems: ["it is neither JSON nor Markdown with a decision"] },
      modelRequests: 2,
    });
    expect(declined.result).toMatchObject({ contract: { kind: "valid" }, modelRequests: 1 });
    expect([...readdirSync(invalid.tree), ...readdirSync(declined.tree)]).toEqual([]);
  },
);

testBoxed("the turns of an attempt share its time", async (bwrap) => {
  const { result } = await work({
    bwrap,
    policy: { max_agent_seconds: 4 },
    conversation: [turn(FOR_CONTRACT, [slow(2_000, AGREED)]), turn(FOR_WORK, [hang()])],
  });

  expect(result).toMatchObject({
    end: { kind: "timed_out" },
    contract: { kind: "valid" },
    summary: { turns: 2 },
  });
  expect(result.durationMs).toBeLessThan(5_800);
});

testBoxed("an open pull request is answered in one turn, with the skill for that", async (bwrap) => {
  const { requests, skills } = await work({
    bwrap,
    purpose: "iterate",
    conversation: [turn(anything, [say(SUMMARY)])],
  });

  expect(skills).toEqual([FIX]);
  expect(requests).toHaveLength(1);
  expect(loadedSkills(requests[0])).toEqual([FIX]);
});

testBoxed("by its own choice, the worker is told of all skills and begins with none", async (bwrap) => {
  const { result, requests } = await work({
    bwrap,
    policy: { skills_mode: "agentpr_autonomous" },
    files: THEIRS,
    conversation: [
      turn(anything, [shell(`cd $HOME/../../codex/skills; cat ${FIX}/references/*; touch x`), say(SUMMARY)]),
    ],
  });

  expect(result).toMatchObject({ contract: null, summary: { turns: 1 } });
  for (const name of SKILL_NAMES) {
    expect(requests[0]?.prompt).toContain(`- \`${name}\`: `);
    expect(systemOf(requests[0])).toMatch(new RegExp(`- ${name}: .*SKILL\\.md`));
  }
  for (const told of ["Review comments", "Read-only file system"])
    expect(requests[1]?.toolOutputs[0]).toContain(told);
  expect(JSON.stringify(requests)).not.toContain("CANARY");
});

testBoxed(
  "without skills nothing is placed, and a name with a dollar loads none of the target's",
  async (bwrap) => {
    const { requests, tree, skills } = await work({
      bwrap,
      policy: { skills_mode: "off" },
      files: THEIRS,
      conversation: [turn(anything, [say(SUMMARY)])],
    });

    expect(skills).toEqual([]);
    expect(loadedSkills(requests[0])).toEqual([]);
    expect(systemOf(requests[0])).not.toContain("### Available skills");
    expect(existsSync(join(tree, "..", "codex", "skills"))).toBe(false);
    expect(JSON.stringify(requests)).not.toContain("CANARY");
  },
);

/** Skills that Codex laid whole into the thread. */
function loadedSkills(request: ServedRequest | undefined): string[] {
  const texts = (request?.messages ?? []).filter(({ role }) => role === "user").map(({ text }) => text);
  return texts.flatMap((text) => /^<skill>\n<name>(.*)<\/name>/.exec(text)?.[1] ?? []);
}

function systemOf(request: ServedRequest | undefined): string {
  return (request?.messages ?? [])
    .filter(({ role }) => role !== "user")
    .map(({ text }) => text)
    .join("\n");
}

function threadsIn(events: string): string[] {
  const found = readFileSync(events, "utf8").matchAll(/"thread_id":"([^"]+)"/g);
  return [...new Set([...found].map(([, id = ""]) => id))];
}
