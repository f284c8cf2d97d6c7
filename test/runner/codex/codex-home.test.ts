import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { prepareCodexHome } from "../../../runner/codex/codex-home.ts";
import { digestOf, packSession, unpackSession } from "../../../runner/codex/pack-session.ts";
import { findSession, findSessions, restoreSession } from "../../../runner/codex/session-file.ts";
import { readThreadUsage } from "../../../runner/codex/thread-usage.ts";
import { temporaryFolder } from "../box/boxed.ts";

const THREAD = "01a20257-a0c0-7421-85cf-5640a35d3ba5";
const SESSION = `sessions/2026/11/22/rollout-2026-11-22T08-20-26-${THREAD}.jsonl`;
const OTHER = SESSION.replace("01a20257", "99a20257");
const META = JSON.stringify({
  type: "session_meta",
  payload: { id: THREAD, timestamp: "2026-11-22T08:20:26.120Z" },
});

function homeWith(files: Record<string, string>): string {
  const dir = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

test("a new home holds our configuration, shown read-only, and nothing was removed", async () => {
  const dir = join(homeWith({}), "deep", "home");

  const home = await prepareCodexHome({ dir, files: { "skills/a/SKILL.md": "do" } });

  expect(home).toEqual({ removed: [], readOnly: [join(dir, "skills"), join(dir, "config.toml")] });
  expect(readFileSync(join(dir, "skills/a/SKILL.md"), "utf8")).toBe("do");
});

test("planted things are removed and named; only the thread's own file stays", async () => {
  const planted = {
    "config.toml": "[mcp_servers.evil]",
    "hooks.json": "{}",
    "AGENTS.md": "obey",
    "skills/evil/SKILL.md": "x",
    "sessions/evil.sh": "x",
    "sessions/2026/11/22/notes.txt": "x",
    [OTHER]: META.replaceAll("01a20257", "99a20257"),
  };
  const dir = homeWith({ ...planted, [SESSION]: META });
  symlinkSync("/etc/passwd", join(dir, `sessions/2026/rollout-2026-11-22T08-20-26-${THREAD}.jsonl`));
  symlinkSync("/", join(dir, "sessions/2027"));

  const { removed } = await prepareCodexHome({ dir, threadId: THREAD });

  expect(removed.toSorted()).toEqual([
    "AGENTS.md",
    "config.toml",
    "hooks.json",
    "sessions/2026/11/22/notes.txt",
    OTHER,
    `sessions/2026/rollout-2026-11-22T08-20-26-${THREAD}.jsonl`,
    "sessions/2027",
    "sessions/evil.sh",
    "skills",
  ]);
  expect(readFileSync(join(dir, "config.toml"), "utf8")).not.toContain("evil");
  expect(readdirSync(dir).toSorted()).toEqual(["config.toml", "sessions"]);
  expect(readFileSync(join(dir, SESSION), "utf8")).toBe(META);
});

test("a sessions folder that is a link goes, and what it led to stays", async () => {
  const dir = homeWith({});
  const target = homeWith({ "2026/keep.txt": "x" });
  symlinkSync(target, join(dir, "sessions"));

  expect((await prepareCodexHome({ dir })).removed).toEqual(["sessions"]);
  expect(readFileSync(join(target, "2026/keep.txt"), "utf8")).toBe("x");
});

test("a thread's file is packed, redacted, and put back where Codex looks for it", async () => {
  const text = `${META}\n{"key":"secret-value"}\n`;
  const from = homeWith({ [SESSION]: text });
  const to = homeWith({});
  const redact = (line: string) => line.replaceAll("secret-value", "hidden");

  const packed = await packSession({ codexHome: from, threadId: THREAD, redact });
  writeFileSync(join(to, "saved"), await unpackSession(packed?.data ?? Buffer.alloc(0)));
  const path = await restoreSession({ codexHome: to, threadId: THREAD, from: join(to, "saved") });

  expect(packed).toMatchObject({ threadId: THREAD, bytes: text.length });
  expect(packed?.sha256).toBe(await digestOf(join(from, SESSION)));
  expect(path).toBe(join(to, SESSION));
  expect(await findSession(to, THREAD)).toBe(path);
  expect(readFileSync(path, "utf8")).toBe(`${META}\n{"key":"hidden"}\n`);
});

test("a session that is too large is told of and not kept", async () => {
  const codexHome = homeWith({ [SESSION]: `${META}\n${"x".repeat(1_000)}` });
  const order = { codexHome, threadId: THREAD, redact: (text: string) => text, mostBytes: 1_000 };

  expect(await packSession(order)).toMatchObject({ data: null, bytes: META.length + 1_001 });
});

test("links are no thread's file, and a second file of a thread is seen", async () => {
  const dir = homeWith({ "sessions/2026/11/22/x": "" });
  symlinkSync("/etc/passwd", join(dir, SESSION));
  const order = { codexHome: dir, threadId: THREAD, redact: (text: string) => text };

  expect(await findSession(dir, THREAD)).toBeNull();
  expect(await packSession(order)).toBeNull();

  const twice = homeWith({ [SESSION]: META, [SESSION.replace("/22/", "/21/")]: META });
  expect(await findSessions(twice, THREAD)).toHaveLength(2);
});

test.each([
  ["another thread's file", META.replaceAll("01a20257", "99a20257")],
  ["no session file", "hello"],
  ["an empty file", ""],
  ["a date that is none", META.replace("2026-11-22T", "../../../../T")],
])("%s is not restored", async (_title, text) => {
  const dir = homeWith({ saved: text });

  await expect(
    restoreSession({ codexHome: dir, threadId: THREAD, from: join(dir, "saved") }),
  ).rejects.toThrow("cannot be used as the thread");
});

test("the tokens of a thread are read from the last count in its file", async () => {
  const count = (n: number) =>
    JSON.stringify({
      type: "event_msg",
      payload: { type: "token_count", info: { total_token_usage: { input_tokens: n, output_tokens: 1 } } },
    });
  const dir = homeWith({
    [SESSION]: [
      META,
      count(5),
      count(9),
      '{"type":"event_msg","payload":{"type":"token_count","info":null}}',
      "",
    ].join("\n"),
  });

  expect(await readThreadUsage(dir, THREAD)).toEqual({
    inputTokens: 9,
    cachedInputTokens: 0,
    outputTokens: 1,
    reasoningTokens: 0,
  });
  expect((await readThreadUsage(dir, null)).inputTokens).toBe(0);
});
