import { expect, test } from "@jest/globals";
import { type CodexCall, codexArgs } from "../../../runner/codex/codex-args.ts";
import { readOverrides } from "../../../runner/codex/config-overrides.ts";

const call: CodexCall = {
  threadId: null,
  model: "gpt-x",
  sandbox: "workspace-write",
  access: { kind: "proxy", baseUrl: "http://127.0.0.1:5/v1", retries: 2 },
  lastMessageFile: "/c/last",
  outputSchemaFile: null,
  mark: null,
  commandEnv: {},
  overrides: [],
};

test("a first run starts a thread with the prompt on stdin", () => {
  const args = codexArgs(call);

  expect(args.slice(0, 2)).toEqual(["exec", "--json"]);
  expect(args.at(-1)).toBe("-");
  expect(args.join(" ")).toContain(
    '--model gpt-x --output-last-message /c/last --config sandbox_mode="workspace-write"',
  );
});

test("a fix goes on with the thread and asks for nothing that `exec resume` does not know", () => {
  const args = codexArgs({ ...call, threadId: "t-1" });

  expect(args.slice(0, 2)).toEqual(["exec", "resume"]);
  expect(args.slice(-2)).toEqual(["t-1", "-"]);
  expect(args).not.toContain("--sandbox");
  expect(args).not.toContain("--cd");
});

test.each([
  'approval_policy="never"',
  "project_doc_max_bytes=0",
  'shell_environment_policy.inherit="core"',
  'model_providers.agentpr.env_key="AGENTPR_PROVIDER_NONCE"',
  'model_providers.agentpr.wire_api="responses"',
])("%s is always set", (setting) => expect(codexArgs(call)).toContain(setting));

test("a login uses Codex's own provider", () => {
  expect(codexArgs({ ...call, access: { kind: "login" } }).join(" ")).not.toContain("model_provider");
});

test("the operator's overrides have the last word", () => {
  const args = codexArgs({ ...call, overrides: ['sandbox_mode="read-only"'] });

  expect(args.lastIndexOf('sandbox_mode="read-only"')).toBeGreaterThan(
    args.indexOf('sandbox_mode="workspace-write"'),
  );
});

test("a mark reaches the commands that Codex starts", () => {
  expect(codexArgs({ ...call, mark: "m-1" })).toContain(
    'shell_environment_policy.set.AGENTPR_PROCESS_MARK="m-1"',
  );
});

test.each([
  ["nothing", "", []],
  ["one", 'model_reasoning_effort="high"', ['model_reasoning_effort="high"']],
  ["several by semicolon", "a=1; b.c=2 ;", ["a=1", "b.c=2"]],
  ["several by line", "a=1\nb=2", ["a=1", "b=2"]],
  ["a semicolon inside quotes", `a="x;y";b='p;q'`, ['a="x;y"', "b='p;q'"]],
  ["a list over lines", "a=[1,\n2];b={c=1}", ["a=[1,\n2]", "b={c=1}"]],
  ["a quoted part of the key", 'a."b.c".d=1', ['a."b.c".d=1']],
])("overrides: %s", (_title, text, overrides) => {
  expect(readOverrides(text)).toEqual({ ok: true, overrides });
});

test.each(["nonsense", "=1", "--dangerous=1 x=2; y", "a b=1"])(
  "the override %s is refused by its name",
  (text) => {
    expect(readOverrides(text)).toMatchObject({
      ok: false,
      why: expect.stringContaining("AGENTPR_CODEX_CONFIG_OVERRIDES"),
    });
  },
);

test("the run's variables reach the commands that Codex starts, but for those that they inherit", () => {
  const commandEnv = { PATH: "/bin", HOME: "/h", TMPDIR: "/t", GOCACHE: "/s/go", MAVEN_OPTS: "-Da=/s/m -Db" };
  const args = codexArgs({ ...call, commandEnv });

  expect(args.filter((arg) => arg.startsWith("shell_environment_policy.set."))).toEqual([
    'shell_environment_policy.set.GOCACHE="/s/go"',
    'shell_environment_policy.set.MAVEN_OPTS="-Da=/s/m -Db"',
  ]);
});
