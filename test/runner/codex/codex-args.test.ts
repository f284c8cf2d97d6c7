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
  repositoryInstructions: false,
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

test("the target's instructions are let in only when asked for, and no run is ephemeral", () => {
  const args = codexArgs({ ...call, repositoryInstructions: true, outputSchemaFile: "/c/schema.json" });

  expect(args).toContain("project_doc_max_bytes=32768");
  expect(args).not.toContain("--ephemeral");
  expect(args.join(" ")).toContain("--output-schema /c/schema.json");
});

test("no secret and no prompt is an argument, whatever the call", () => {
  for (const threadId of [null, "t-1"])
    for (const access of [call.access, { kind: "login" } as const]) {
      const args = codexArgs({ ...call, threadId, access });
      expect(args.filter((arg) => /key=|token=|bearer/i.test(arg))).toEqual(
        access.kind === "login" ? [] : ['model_providers.agentpr.env_key="AGENTPR_PROVIDER_NONCE"'],
      );
      expect(args.at(-1)).toBe("-");
    }
});

test.each(["danger-full-access", "workspace-write", "read-only"] as const)(
  "the sandbox %s is a setting, on a first run and on a resumed one",
  (sandbox) => {
    for (const threadId of [null, "t-1"])
      expect(codexArgs({ ...call, sandbox, threadId })).toContain(`sandbox_mode="${sandbox}"`);
  },
);

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
  ["what is no TOML is a plain string to Codex", "model=gpt-5.1-codex", ["model=gpt-5.1-codex"]],
  ["an equals sign in the value", 'a="b=c"', ['a="b=c"']],
  ["a string over lines", 'a="""x\n;y"""', ['a="""x\n;y"""']],
  ["a comment line", "# why\na=1", ["a=1"]],
  ["Windows line ends", "a=1\r\nb=2\r\n", ["a=1", "b=2"]],
])("overrides: %s", (_title, text, overrides) => {
  expect(readOverrides(text)).toEqual({ ok: true, overrides });
});

test.each([
  ["no pair", "nonsense", 'expected key=value, got "nonsense"'],
  ["no key", "=1", 'expected key=value, got "=1"'],
  ["a flag", "--dangerous=1 x=2; y", 'expected key=value, got "--dangerous"'],
  ["a space in the key", "a b=1", 'expected key=value, got "a b"'],
  ["no value", "a.b=", "the value of a.b is missing"],
  ["a string without its end", 'a="x', "the value of a is not TOML: a string is not closed"],
  ["a list without its end", "ok=1; a=[1,2", "the value of a is not TOML"],
  ["a table without its end", "a={b=1", "the value of a is not TOML"],
  ["more after the value", 'a="x" y', "the value of a is not TOML: the line should end here"],
  ["a secret in a broken value", 'key="sk-canary', "the value of key is not TOML"],
])("a bad override is one clear error: %s", (_title, text, why) => {
  const read = readOverrides(text);

  expect(read).toEqual({ ok: false, why: expect.stringContaining(`AGENTPR_CODEX_CONFIG_OVERRIDES: ${why}`) });
  expect(JSON.stringify(read)).not.toContain("canary");
});

test("the run's variables reach the commands that Codex starts, but for those that they inherit", () => {
  const commandEnv = { PATH: "/bin", HOME: "/h", TMPDIR: "/t", GOCACHE: "/s/go", MAVEN_OPTS: "-Da=/s/m -Db" };
  const args = codexArgs({ ...call, commandEnv });

  expect(args.filter((arg) => arg.startsWith("shell_environment_policy.set."))).toEqual([
    'shell_environment_policy.set.GOCACHE="/s/go"',
    'shell_environment_policy.set.MAVEN_OPTS="-Da=/s/m -Db"',
  ]);
});
