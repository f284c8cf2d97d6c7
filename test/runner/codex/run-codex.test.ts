import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  anything,
  patch,
  promptHas,
  say,
  shell,
  slow,
  turn,
  writeFile,
} from "../../../demo/model/conversation.ts";
import { findMarked } from "../../../runner/box/sweep-marked.ts";
import { packSession, unpackSession } from "../../../runner/codex/pack-session.ts";
import { runCodex } from "../../../runner/codex/run-codex.ts";
import { restoreSession } from "../../../runner/codex/session-file.ts";
import { testBoxed } from "../box/boxed.ts";
import { attemptWith, outputsIn, outsideFolders, run } from "./codex-attempt.ts";

const CANARY = "canary-91c27f3a";
const planted = outsideFolders();

testBoxed("a tool call edits a file in the box, and the end is told with its evidence", async (bwrap) => {
  const attempt = await attemptWith(
    [
      turn(anything, [
        writeFile("src/a.ts", "export const a = 1;"),
        patch("*** Add File: b.txt\n+two"),
        shell("cat src/a.ts b.txt"),
        say("All done."),
      ]),
    ],
    { isolation: { kind: "box", bwrap } },
  );

  const result = await run(attempt);

  expect(readFileSync(join(attempt.workDir, "src/a.ts"), "utf8")).toBe("export const a = 1;\n");
  expect(result).toMatchObject({
    end: { kind: "finished", exitCode: 0 },
    lastMessage: "All done.",
    modelRequests: 4,
    summary: {
      commands: [{ exitCode: 0 }, { exitCode: 0 }],
      fileChanges: [{ kind: "add" }],
      usage: { inputTokens: 4_000, outputTokens: 400 },
    },
  });
  expect(readFileSync(result.eventsFile, "utf8").trim().split("\n")).toHaveLength(
    result.summary.counts.lines,
  );
});

test("the run's variables reach the commands of the real Codex, and the proxy's nonce does not", async () => {
  const attempt = await attemptWith([
    turn(anything, [
      shell("printenv GOCACHE MAVEN_OPTS HOME > seen.txt; env | grep -c NONCE >> seen.txt"),
      say("Done."),
    ]),
  ]);
  const env = { ...attempt.order.env, GOCACHE: "/scratch/go", MAVEN_OPTS: '-Da="b c"' };

  await run({ ...attempt, order: { ...attempt.order, env } });

  expect(readFileSync(join(attempt.workDir, "seen.txt"), "utf8").split("\n")).toEqual([
    "/scratch/go",
    '-Da="b c"',
    attempt.scratch,
    "0",
    "",
  ]);
});

testBoxed(
  "a thread goes on in another home with its history, and only its new tokens are counted",
  async (bwrap) => {
    const conversation = [
      turn(promptHas("CI failed"), [shell("cat a.txt"), say("Fixed.")]),
      turn(anything, [writeFile("a.txt", "remember me"), say("First.")]),
    ];
    const first = await attemptWith(conversation, { isolation: { kind: "box", bwrap } });
    const { summary } = await runCodex(first.order, new AbortController().signal, () => undefined);
    const threadId = summary.threadId ?? "";
    const saved = join(first.root, "thread.jsonl");
    const packed = await packSession({ codexHome: first.codexHome, threadId, redact: (text) => text });
    writeFileSync(saved, await unpackSession(packed?.data ?? Buffer.alloc(0)));
    const codexHome = join(first.root, "second-home");
    mkdirSync(codexHome);
    await restoreSession({ codexHome, threadId, from: saved });

    const result = await runCodex(
      { ...first.order, codexHome, threadId, prompt: "CI failed, fix it" },
      new AbortController().signal,
      () => undefined,
    );

    const last = first.model.requests().at(-1);
    await first.model.stop();
    expect(result).toMatchObject({
      end: { kind: "finished" },
      lastMessage: "Fixed.",
      removed: [],
      summary: { threadId, usage: { inputTokens: 2_000 } },
    });
    expect(last?.messages.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["please do the task", "First.", "CI failed, fix it"]),
    );
  },
);

testBoxed("no planted secret and no key can be found by the agent's commands", async (bwrap) => {
  for (const folder of planted) writeFileSync(join(folder, "secret"), CANARY);
  process.env.AGENTPR_TEST_CANARY = CANARY;
  const half = CANARY.slice(0, 9);
  const look = [
    `grep -rls '${half}' /home /root /tmp /run /var /etc 2>/dev/null`,
    `cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n' | grep -e '^[A-Z_]*=${half}' -e '=scripted-model-k[e]y' -e '^scripted-model-k[e]y'`,
    "env | grep -c -e NONCE -e CANARY",
    "ls $CODEX_HOME/auth.json",
  ].join("; ");
  const attempt = await attemptWith([turn(anything, [shell(look), say("looked")])], {
    isolation: { kind: "box", bwrap },
  });

  const result = await run(attempt);

  delete process.env.AGENTPR_TEST_CANARY;
  const output = outputsIn(result.eventsFile);
  expect(
    output.filter(
      (line) => line.includes("secret") || line.includes("=canary") || line.includes("model-key"),
    ),
  ).toEqual([]);
  expect(output).toContain("0");
  expect(result.end.kind).toBe("finished");
});

testBoxed("with the network closed the model is still reached, and nothing else", async (bwrap) => {
  const probe =
    "python3 - <<'E' || echo offline\nimport socket\nsocket.create_connection(('169.254.169.254', 80), 1)\nE";
  const attempt = await attemptWith(
    [
      turn(anything, [
        shell("(ip -o link || cat /proc/net/dev) 2>/dev/null | grep -vc -e lo: -e face -e Receive"),
        shell(probe),
        say("ok"),
      ]),
    ],
    {
      isolation: { kind: "box", bwrap },
      network: "provider",
    },
  );

  const result = await run(attempt);

  expect(result.end.kind).toBe("finished");
  expect(outputsIn(result.eventsFile).slice(0, 1)).toEqual(["0"]);
  expect(outputsIn(result.eventsFile)).toContain("offline");
});

testBoxed("Codex's own sandbox works inside the box", async (bwrap) => {
  const attempt = await attemptWith(
    [turn(anything, [shell("touch x 2>/dev/null || echo refused"), say("ok")])],
    {
      isolation: { kind: "box", bwrap },
      sandbox: "read-only",
    },
  );

  const result = await run(attempt);

  expect(outputsIn(result.eventsFile)).toContain("refused");
  expect(readdirSync(attempt.workDir)).toEqual([]);
});

testBoxed(
  "what the agent writes over its configuration is refused, what it plants is gone at the next attempt",
  async (bwrap) => {
    const plant =
      'echo x > "$HOME/../codex/config.toml" || echo refused; echo evil > "$HOME/../codex/AGENTS.md"; echo evil > "$HOME/../codex/hooks.json"';
    const first = await attemptWith([turn(anything, [shell(plant), say("ok")])], {
      isolation: { kind: "box", bwrap },
    });

    const before = await runCodex(first.order, new AbortController().signal, () => undefined);
    const after = await run(first);

    expect(outputsIn(before.eventsFile).join()).toMatch(/refused|Read-only/);
    expect(readFileSync(join(first.codexHome, "config.toml"), "utf8")).toContain("Written by agentpr");
    expect(after.removed).toEqual(expect.arrayContaining(["AGENTS.md", "hooks.json"]));
  },
);

test("instructions and skills that lie in the repository do not reach the prompt", async () => {
  const attempt = await attemptWith([turn(anything, [say("ok")])]);
  mkdirSync(join(attempt.workDir, ".agents/skills/evil"), { recursive: true });
  writeFileSync(join(attempt.workDir, "AGENTS.md"), CANARY);
  writeFileSync(
    join(attempt.workDir, ".agents/skills/evil/SKILL.md"),
    `---\nname: evil\ndescription: ${CANARY}\n---\n`,
  );

  await run(attempt);

  expect(attempt.model.requests()).toHaveLength(1);
  expect(JSON.stringify(attempt.model.requests())).not.toContain(CANARY);
});

test("a strict Codex takes our configuration and arguments, and has no notice about them", async () => {
  const attempt = await attemptWith([turn(anything, [say("ok")])], {
    homeFiles: { "skills/a/SKILL.md": "---\nname: a\ndescription: b\n---\n" },
  });
  mkdirSync(join(attempt.workDir, ".agents/skills/theirs"), { recursive: true });
  writeFileSync(
    join(attempt.workDir, ".agents/skills/theirs/SKILL.md"),
    "---\nname: c\ndescription: d\n---\n",
  );
  const strict = join(attempt.root, "strict-codex");
  writeFileSync(strict, `#!/bin/sh\nshift\nexec '${attempt.order.binary}' exec --strict-config "$@"\n`, {
    mode: 0o755,
  });

  const result = await run({ ...attempt, order: { ...attempt.order, binary: strict } });

  const notices = readFileSync(result.eventsFile, "utf8")
    .split("\n")
    .filter((line) => line.includes('"type":"error"') && !line.includes("Model metadata"));
  expect(result).toMatchObject({ end: { kind: "finished" }, stderrTail: "" });
  expect(notices).toEqual([]);
});

testBoxed("an attempt that was stopped in the middle goes on from its thread", async (bwrap) => {
  const attempt = await attemptWith(
    [
      turn(promptHas("go on"), [say("finished")]),
      turn(anything, [writeFile("a.txt", "half"), slow(20_000, say("never"))]),
    ],
    { isolation: { kind: "box", bwrap } },
  );
  const stop = new AbortController();
  const stopped = await runCodex(attempt.order, stop.signal, ({ commands }) => {
    if (commands === 1) stop.abort();
  });

  const resumed = await run({
    ...attempt,
    order: { ...attempt.order, threadId: stopped.summary.threadId, prompt: "go on" },
  });

  expect(stopped.end.kind).toBe("cancelled");
  expect(resumed).toMatchObject({
    end: { kind: "finished" },
    lastMessage: "finished",
    summary: { threadId: stopped.summary.threadId },
  });
  expect(
    attempt.model
      .requests()
      .at(-1)
      ?.messages.some(({ text }) => text.includes("please do the task")),
  ).toBe(true);
});

test("without a box, commands still see no key, and a child that left with setsid does not outlive the attempt", async () => {
  const attempt = await attemptWith([
    turn(anything, [
      shell("env; echo $AGENTPR_PROCESS_MARK > mark; setsid nohup sleep 60 >/dev/null 2>&1 & sleep 0.1"),
      say("ok"),
    ]),
  ]);

  const result = await run(attempt);

  const mark = readFileSync(join(attempt.workDir, "mark"), "utf8").trim();
  expect(mark).toMatch(/^[0-9a-f-]{36}$/);
  expect(await findMarked(mark)).toEqual([]);
  expect(outputsIn(result.eventsFile).filter((line) => /NONCE|scripted-model-key/.test(line))).toEqual([]);
});

test("an output schema is asked of the model", async () => {
  const schema = {
    type: "object",
    properties: { summary: { type: "string" } },
    required: ["summary"],
    additionalProperties: false,
  };
  const attempt = await attemptWith([turn(anything, [say('{"summary":"x"}')])], { outputSchema: schema });

  expect((await run(attempt)).lastMessage).toBe('{"summary":"x"}');
});
