import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { MAX_BODY } from "../../../src/core/markdown.ts";
import { proseLines } from "../../../src/core/markdown-prose.ts";
import { STATES } from "../../../src/core/run.ts";
import type { RunView } from "../../../src/core/run-view.ts";
import type { ThreadReply } from "../../../src/core/thread-replies.ts";
import { helpText, refusalText, replyText } from "../../../src/github/comments/answers.ts";
import { createTexts } from "../../../src/github/comments/texts.ts";
import { runs } from "../../support/proof.ts";
import { requested, runView, SHA, shownRequest, shut } from "./run-view.ts";

const texts = createTexts({ githubUrl: "https://github.test", webUrl: "https://agentpr.test" });

const STRANGE =
  "@everyone <!-- agentpr:sticky:run_2 --> ![x](https://evil.test/a) <details> | ``` \u001b[31m\u202e#1";

function hasEffect(body: string): string[] {
  const ours = /<details><summary>(?:<b>Gate<\/b>: \d+ of \d+ checks hold|Files and body)<\/summary>/g;
  const shown = body
    .replace(ours, "")
    .replace(/<!-- agentpr:[^>]*-->$/, "")
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
  const acting = shown.matchAll(/@(?=\w)|<!--|!\[|(?<!\\)<details|\p{Cc}(?<!\n)|\u202e|(?<=\s)#\d/gu);
  return [...acting].map(([found]) => found);
}

test("the sticky comment says where the run is, what comes next and why, and what was seen", () => {
  expect(texts.sticky(runView())).toEqual({
    marker: "<!-- agentpr:sticky:run_1 -->",
    body: `### agentpr: Ready, and waiting for a person

Look at the change, then ask for its pull request for commit \`0123456789ab\`: \`/agentpr request-pr\`.

[branch](https://github.test/octo/hello/tree/agentpr/add-x) · [run page](https://agentpr.test/runs/run_1)

| attempt | grade | reason | change | because |
|---|---|---|---|---|
| 1 | \`PASS\` | \`runtime_success\` | 2 files, +30 | \`12 tests passed\` |

**Verified** by the runner, on the change itself:

- \`npm test\`: passed (12 tests)

**Files:** \`src/x.ts\`, \`test/x.test.ts\`

<sub>run \`run_1\` · state \`PUSHED\` · commands: \`/agentpr help\`</sub>

<!-- agentpr:sticky:run_1 -->`,
  });
});

test.each<[string, RunView, string]>([
  ["waiting to begin", runView({ state: "QUEUED" }), "as soon as one is free"],
  ["at work", runView({ state: "EXECUTING" }), "tests it itself"],
  ["a shut gate", runView({}, { gate: shut("no tests", "too big") }), "no tests; too big"],
  [
    "an asked-for request",
    runView({}, { approval: requested() }),
    "`/agentpr approve 0123456789ab` until 2026-01-01 12:30 UTC",
  ],
  [
    "an expired request",
    runView({}, { approval: requested({ status: "expired" }) }),
    "The last request is expired.",
  ],
  [
    "a push that waits",
    runView({ prNumber: 7, prOpen: true }, { approval: requested({ status: "used", sha: "f".repeat(40) }) }),
    "The push to #7 waits for approval. Look at the change, then ask for its push for commit `0123456789ab`: `/agentpr request-pr`.",
  ],
  [
    "an asked-for push",
    runView({ prNumber: 7 }, { approval: requested({ shown: { ...shownRequest("x"), pull: 7 } }) }),
    "asked to push `feat: add X` to #7. Confirm it with `/agentpr approve 0123456789ab`",
  ],
  [
    "a confirmed push",
    runView({ prNumber: 7 }, { approval: requested({ status: "confirmed" }) }),
    "it is being pushed to #7",
  ],
  ["a confirmed request", runView({}, { approval: requested({ status: "confirmed" }) }), "being opened"],
  ["failed checks", runView({ state: "ITERATING", iteratingFor: "checks" }), "A check failed"],
  ["a review", runView({ state: "ITERATING", iteratingFor: "feedback" }), "A reviewer asked"],
  ["a pause", runView({ state: "PAUSED", reason: "the breaker" }), "Reason: the breaker. `/agentpr resume`"],
  ["a person is needed", runView({ state: "NEEDS_HUMAN", reason: "budget" }), "`/agentpr retry`"],
  [
    "merged",
    runView({ state: "DONE", prNumber: 7 }),
    "[pull request 7](https://github.test/octo/hello/pull/7)",
  ],
  ["closed", runView({ state: "FAILED", prNumber: 7, prOpen: false }), "ask for a new run"],
])("the sticky comment explains %s", (_title, view, part) => expect(texts.sticky(view).body).toContain(part));

test.each(STATES)("no foreign word has any effect in state %s", (state) => {
  const command = { command: STRANGE, verdict: STRANGE, ran: 1, failing: 1 };
  const attempt = {
    number: 1,
    grade: "PASS",
    reason: STRANGE,
    because: STRANGE,
    files: 1,
    addedLines: 1,
    notResumed: null,
  };
  const view = runView(
    { state, reason: STRANGE, iteratingFor: "human" },
    {
      attempts: [
        { ...attempt, findings: [{ what: STRANGE, path: STRANGE, detail: STRANGE }], commands: [command] },
      ],
      approval: requested({
        ...{ title: STRANGE, requestedBy: STRANGE, baseBranch: STRANGE, body: STRANGE, bypass: STRANGE },
        shown: shownRequest(STRANGE),
      }),
      gate: shut(STRANGE),
      changeFiles: [STRANGE],
    },
  );

  expect(hasEffect(texts.sticky(view).body)).toEqual([]);
  expect(hasEffect(texts.check(view)?.summary ?? "")).toEqual([]);
});

test("the approval card shows all that would be opened, and what is left for a person", () => {
  const approval = requested({ shown: shownRequest("x"), bypass: "a release" });
  const { body } = texts.sticky(runView({}, { approval }));

  for (const part of [
    "**What would be opened**",
    "- title: `feat: add X`",
    "- from → into: `x` → `main`",
    "- change: 1 files, +1 −0",
    "- workflows: pushing starts `x`; opening starts `x`",
    "- gate bypassed: a release",
    "**Left for a person to answer** on the pull request:\n\n- x",
    "```markdown\nIt adds X.\n```",
    "<b>Gate</b>: 1 of 2 checks hold",
    "- ✅ Check x: x",
    "- ⚠️ Check x: x",
  ])
    expect(body).toContain(part);
  expect(texts.check(runView({}, { approval }))?.summary).toContain("**What would be opened**");
});

test("before it is asked for the gate is shown check by check", () => {
  const { body } = texts.sticky(runView({}, { gate: shut("no tests") }));

  expect(body).toContain("- ❌ Check: no tests");
});

test("a text that is too long is cut, and its marker stays", () => {
  const because = Array.from({ length: 400 }, () => "why ".repeat(200)) as [string, ...string[]];
  const { marker, body } = texts.sticky(runView({}, { gate: shut(...because) }));

  expect(body.length).toBeLessThanOrEqual(MAX_BODY);
  expect(body.endsWith(marker)).toBe(true);
  expect(texts.check(runView({}, { gate: shut(...because) }))?.summary.length).toBeLessThanOrEqual(MAX_BODY);
});

function buttonsOf(view: RunView): string[] {
  return texts.check(view)?.actions.map(({ identifier }) => identifier) ?? [];
}

test.each<[string, RunView, string[]]>([
  ["nothing is asked for", runView(), ["request_pr"]],
  ["it was asked for", runView({}, { approval: requested() }), ["approve_pr", "withdraw_pr"]],
  [
    "another commit was asked for",
    runView({}, { approval: requested({ sha: "f".repeat(40) }) }),
    ["request_pr"],
  ],
  ["it was confirmed", runView({}, { approval: requested({ status: "confirmed" }) }), []],
  ["the request expired", runView({}, { approval: requested({ status: "expired" }) }), ["request_pr"]],
  ["the gate is shut", runView({}, { gate: shut("x") }), []],
  ["a newer change is not published", runView({ changeSha: "f".repeat(40) }), []],
  ["work goes on", runView({ state: "EXECUTING" }), []],
  ["a person is needed", runView({ state: "NEEDS_HUMAN" }), ["retry", "cancel"]],
  ["it was given up", runView({ state: "FAILED" }), ["retry"]],
  ["its pull request was closed", runView({ state: "FAILED", prNumber: 4, prOpen: false }), []],
  ["it is over", runView({ state: "DONE" }), []],
])("the check run's buttons when %s", (_title, view, identifiers) =>
  expect(buttonsOf(view)).toEqual(identifiers),
);

test("buttons keep GitHub's limits and stand on a completed check run", () => {
  for (const approval of [null, requested()]) {
    const check = texts.check(runView({}, { approval }));

    expect(check).toMatchObject({ name: "agentpr", sha: SHA, status: "completed", conclusion: "neutral" });
    for (const { label, description, identifier } of check?.actions ?? []) {
      expect(label.length).toBeLessThanOrEqual(20);
      expect(description.length).toBeLessThanOrEqual(40);
      expect(identifier.length).toBeLessThanOrEqual(20);
    }
  }
});

test.each([
  ["EXECUTING", "in_progress", null],
  ["CI_WAIT", "completed", "success"],
  ["NEEDS_HUMAN", "completed", "neutral"],
  ["FAILED", "completed", "failure"],
] as const)("a run that is %s has a check run that is %s", (state, status, conclusion) => {
  expect(texts.check(runView({ state }))).toMatchObject({ status, conclusion });
});

test("an iteration has a check run of its own, which tells what is under way", () => {
  const working = { stage: "codex", seconds: 130, command: "npm test" };
  const iterating = texts.check(runView({ state: "ITERATING", iterations: 2 }, { working }));

  expect(iterating).toMatchObject({ key: `${SHA}#2`, status: "in_progress", conclusion: null });
  expect(iterating?.summary).toContain("**Under way:** codex, for 2 min 10 s, now `npm test`");
  expect(texts.check(runView({ state: "CI_WAIT" }))?.key).toBe(SHA);
  expect(texts.superseded(runView({ publishedSha: "f".repeat(40) }), `${SHA}#2`)).toMatchObject({
    sha: SHA,
    status: "completed",
    conclusion: "neutral",
    summary: "It went on with commit `ffffffffffff`.",
  });
});

test("where verification failed is annotated once the check run is completed", () => {
  const annotations = [{ path: "src/x.ts", line: 3, title: "npm test failed", message: "expected 1" }];

  expect(texts.check(runView({ state: "NEEDS_HUMAN" }, { annotations }))).toMatchObject({ annotations });
  expect(texts.check(runView({ state: "ITERATING" }, { annotations }))).toMatchObject({ annotations: [] });
});

test("there is no check run while nothing is published", () => {
  expect(texts.check(runView({ publishedSha: null }))).toBeNull();
});

test("a refusal quotes the command and says why", () => {
  expect(refusalText("/agentpr approve `x`", "only people with the maintain role may")).toBe(
    "> `` /agentpr approve `x` ``\n\nNot done: only people with the maintain role may",
  );
});

test("an answer lists its facts, longer ones as they are", () => {
  const body = replyText("Ready.", [
    ["commit", "abc"],
    ["body", "one\n```\ntwo"],
  ]);

  expect(body).toBe(
    "Ready.\n\n- **commit:** `abc`\n- **body:**\n\n  ````markdown\n  one\n  ```\n  two\n  ````\n",
  );
});

test("a reply carries its marker last, and foreign words in it stay without effect", () => {
  const { marker, body } = texts.reply(
    { text: refusalText("/agentpr x <!-- @all", `no: ${STRANGE}`), about: null },
    "reply:guid-1:0",
  );

  expect(marker).toBe("<!-- agentpr:reply:reply:guid-1:0 -->");
  expect(body.endsWith(`\n\n${marker}`)).toBe(true);
  expect(body.match(/<!--/g)).toHaveLength(1);
  expect(hasEffect(body)).toEqual([]);
});

const TOKEN = `ghp_${"a".repeat(40)}`;
const KEY = "-----BEGIN PRIVATE KEY-----\nzzkeyzz\n-----END PRIVATE KEY-----";

test.each([
  ["the sticky comment", () => texts.sticky(viewWith(TOKEN)).body],
  ["the check run", () => JSON.stringify(texts.check(viewWith(TOKEN)))],
  [
    "an answer",
    () =>
      texts.reply(
        {
          text: replyText(TOKEN, [
            ["Note", TOKEN],
            ["Key", KEY],
          ]),
          about: null,
        },
        "1",
      ).body,
  ],
  ["a refusal", () => texts.reply({ text: refusalText(`/agentpr ${TOKEN}`, TOKEN), about: null }, "1").body],
  ["a thread's answer", () => texts.threadReply(threadReply(`${TOKEN} ${KEY}`), { sha: SHA, key: "k" }).body],
  ["a person's answer", () => texts.personsReply({ text: TOKEN, to: [TOKEN] }, "k").body],
])("no credential is shown in %s", (_where, body) => {
  expect(body()).toContain("redacted");
  expect(body().replace(/[\\\u2060]/g, "")).not.toMatch(/ghp_a|zzkey/);
});

function viewWith(word: string): RunView {
  const shown = shownRequest(word);
  const approval = requested({ title: word, body: word, shown });
  return runView({ reason: word }, { approval, gate: shut(word), changeFiles: [word], annotations: [] });
}

function threadReply(said: string): ThreadReply {
  const about = { thread: 1, reviewId: 2, author: "ada", path: "a.txt", files: [], resolve: false };
  return { ...about, kind: "answered", said };
}

test("the help lists every command with an example and who may use it", () => {
  expect(helpText()).toMatch(/\| `\/agentpr request-pr` \| .+ \| write and above \|/);
  expect(helpText().split("\n").length).toBeGreaterThan(10);
});

/** Foreign text of the kinds that break out: fences, comments, mentions, control characters, and a lot of it. */
const foreign = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.constantFrom(
        "```",
        "`",
        "~~~",
        "@ada",
        "@octo/team",
        "#1",
        "GH-1",
        "<!--",
        "-->",
        "\n",
        "\n\n",
        "  ",
        "|",
      ),
      fc.constantFrom(
        "![x](https://evil.test/a)",
        "<details>",
        "\\",
        "\r",
        "\u202e",
        "\u001b[31m",
        "[a](b)",
        "> ",
      ),
      fc.integer({ min: 1, max: 30_000 }).map((length) => "`".repeat(length)),
      fc.integer({ min: 1, max: 40_000 }).map((length) => "long @ada ".repeat(length / 10)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** Whether every code block is closed at the end, so that nothing after it is swallowed. */
function endsAsProse(body: string): boolean {
  return proseLines(`${body.replace(/\n*<!--[^>]*-->$/, "")}\n\nEND`).at(-1) === "END";
}

test("of no answer, whatever is in it, a mention, a code block or a comment of others takes effect", () => {
  fc.assert(
    fc.property(foreign, foreign, foreign, (first, second, third) => {
      const answers = [
        replyText(first, [
          [second, third],
          ["more", first],
        ]),
        refusalText(first, second),
        replyText(
          "all",
          Array.from({ length: 8 }, () => ["body", `${third}\n`] as const),
        ),
      ];
      for (const text of answers) {
        const { marker, body } = texts.reply({ text, about: "run_1" }, "comment:1:0");
        expect(body.length).toBeLessThanOrEqual(MAX_BODY);
        expect(body.endsWith(`\n\n${marker}`)).toBe(true);
        expect(body.match(/<!--/g)).toHaveLength(1);
        expect(body).not.toMatch(/@(?=[\w-])/);
        expect(endsAsProse(body)).toBe(true);
      }
    }),
    runs({ quick: 60, full: 20_000 }),
  );
});

test("of no sticky comment or check run, whatever is in it, a mention or a comment of others takes effect", () => {
  fc.assert(
    fc.property(fc.constantFrom(...STATES), foreign, foreign, (state, one, two) => {
      const attempt = {
        number: 1,
        grade: "PASS",
        reason: one,
        because: two,
        files: 1,
        addedLines: 1,
        notResumed: one,
      };
      const findings = [{ what: one, path: two, detail: one }];
      const commands = [{ command: two, verdict: one, ran: 1, failing: 0 }];
      const view = runView(
        { state, reason: one, iteratingFor: "human" },
        {
          attempts: [{ ...attempt, findings, commands }],
          approval: requested({ title: one, requestedBy: two, baseBranch: one }),
          gate: shut(two),
          changeFiles: [one, two],
        },
      );
      const { body, marker } = texts.sticky(view);
      const summary = texts.check(view)?.summary ?? "";

      expect(body.length).toBeLessThanOrEqual(MAX_BODY);
      expect(summary.length).toBeLessThanOrEqual(MAX_BODY);
      expect(body.endsWith(marker)).toBe(true);
      for (const text of [body, summary]) expect(mentions(text)).toEqual([]);
    }),
    runs({ quick: 60, full: 20_000 }),
  );
});

/** Mentions outside inline code; every span in these texts is whole and stands in one line. */
function mentions(text: string): string[] {
  const shown = text.replace(/(?<![`\\])(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, "");
  return [...shown.matchAll(/@(?=[\w-])/g)].map(([found]) => found);
}

test("an answer that is too long says where all of it is", () => {
  const text = "word \n".repeat(20_000);
  const withPage = texts.reply({ text, about: "run_1" }, "k").body;
  const without = createTexts({ githubUrl: "https://github.test", webUrl: null });

  expect(withPage).toContain("All of it: [run page](https://agentpr.test/runs/run_1).");
  expect(without.reply({ text, about: "run_1" }, "k").body).toContain("`agentpr show-run run_1`");
  expect(texts.reply({ text: "short", about: "run_1" }, "k").body).not.toContain("All of it");
});
