import { expect, test } from "@jest/globals";
import { understandByRules } from "../../src/telegram/rules/understand-by-rules.ts";
import type { Understood } from "../../src/telegram/understand.ts";

const IN_CHAT = { runId: "run_chat00000000" };
const R = "run_1a2b3c4d5e6f";

/** Action by action: what people say in a chat that is about a run. */
const PHRASINGS: Readonly<Record<string, readonly string[]>> = {
  help: [
    "help",
    "Help me please",
    "hello",
    "hi",
    "what can you do?",
    "what can I say",
    "how do I use this",
    "show me the commands",
    "menu",
    "帮助",
    "有哪些命令",
    "怎么用",
    "你能做什么",
    "你好",
  ],
  create: [
    "create a run for octo/widget",
    "start octo/widget",
    "please work on octo/widget",
    "new run on octo/widget",
    "contribute to octo/widget",
    "kick off octo/widget and octo/gadget",
    "run https://github.com/octo/widget",
    "begin with git@github.com:octo/widget.git",
    "launch octo/widget with prompt v2",
    "fix octo/widget#7",
    "add the integration to octo/widget",
    "创建 octo/widget",
    "新建任务 octo/widget",
    "开始 octo/widget",
    "运行 octo/widget",
    "帮我处理 octo/widget",
    "给 octo/widget 贡献",
    "修复 octo/widget#7",
  ],
  list: [
    "list",
    "list runs",
    "show me all runs",
    "which runs are there?",
    "recent runs",
    "my runs",
    "the last 5 runs",
    "latest runs please",
    "列表",
    "列出所有任务",
    "有哪些任务",
    "最近的任务",
    "全部运行",
  ],
  overview: [
    "overview",
    "give me a summary",
    "dashboard",
    "stats please",
    "pass rate?",
    "how are things",
    "how is everything going",
    "how many runs passed",
    "总览",
    "整体情况",
    "统计一下",
    "通过率多少",
    "概览",
  ],
  next: [
    "what's next",
    "what is next?",
    "what needs me",
    "what should I do",
    "anything for me?",
    "anything urgent",
    "what needs attention",
    "todo",
    "下一步",
    "接下来做什么",
    "有什么需要我",
    "待办",
  ],
  pending_pr: [
    "pending PRs",
    "which pull requests are waiting?",
    "open approvals",
    "prs waiting for me",
    "what can I approve",
    "any pending approvals?",
    "待审批",
    "等待批准的",
    "哪些 PR",
    "待确认的",
  ],
  show: [
    "show it",
    "show run details",
    "tell me more about it",
    "why did it fail?",
    "explain",
    "look at it",
    "details",
    "显示",
    "查看详情",
    "看看",
    "为什么失败",
  ],
  status: [
    "status",
    "how is it going",
    "how's it",
    "where is it",
    "progress?",
    "is it done yet",
    "how far is it",
    "状态",
    "进度如何",
    "怎么样了",
    "到哪了",
    "完成了吗",
  ],
  logs: [
    "logs",
    "show me the logs",
    "what did codex do",
    "the output please",
    "test results",
    "what did it run",
    "日志",
    "看看日志",
    "测试结果",
  ],
  pause: [
    "pause",
    "pause it",
    "please stop",
    "hold it",
    "halt",
    "suspend this",
    "wait with this one",
    "暂停",
    "先停一下",
    "停止",
  ],
  resume: [
    "resume",
    "continue",
    "go on",
    "carry on please",
    "unpause it",
    "keep going",
    "go ahead",
    "恢复",
    "继续",
    "继续跑",
  ],
  retry: [
    "retry",
    "try again",
    "again please",
    "redo it",
    "rerun",
    "another try",
    "重试",
    "再试一次",
    "重新运行",
    "再跑一次",
  ],
  cancel: ["cancel", "cancel it", "abort", "give it up", "abandon this", "drop it", "取消", "放弃", "不做了"],
  request_pr: [
    "request the pr",
    "ask for the pull request",
    "prepare a PR",
    "propose the pull request",
    "请求 PR",
    "提交合并请求",
    "申请 pr",
  ],
  reject_pr: ["reject it", "turn it down", "decline the change", "don't open it", "拒绝", "驳回"],
  approve_pr: [
    "approve",
    "approve it",
    "lgtm",
    "ship it",
    "confirm",
    "open the pull request",
    "merge it",
    "批准",
    "同意",
    "确认",
    "合并",
  ],
};
const ALL = Object.entries(PHRASINGS).flatMap(([action, texts]) =>
  texts.map((text) => [text, action] as const),
);

test("the table of phrasings is as long as it must be, in both languages", () => {
  expect(ALL.length).toBeGreaterThanOrEqual(120);
  expect(ALL.filter(([text]) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThanOrEqual(40);
});

test.each(ALL)("“%s” means %s", (text, action) => {
  expect(understandByRules(text, IN_CHAT)?.action).toBe(action);
});

test.each<[string, Understood | null]>([
  [`pause ${R}`, { action: "pause", input: {}, run: R }],
  [`pause ${R} because lunch is ready`, { action: "pause", input: { reason: "lunch is ready" }, run: R }],
  [`resume ${R} to EXECUTING`, { action: "resume", input: { target_state: "EXECUTING" }, run: R }],
  [`把 ${R} 恢复到执行`, { action: "resume", input: { target_state: "EXECUTING" }, run: R }],
  [`retry ${R}: keep the old name`, { action: "retry", input: { note: "keep the old name" }, run: R }],
  ["show number 3", { action: "show", input: {}, run: "3" }],
  ["暂停第 2 个", { action: "pause", input: {}, run: "2" }],
  ["logs of octo/widget", { action: "logs", input: {}, run: "octo/widget" }],
  ["list the last 5 runs", { action: "list", input: { limit: 5 } }],
  [R, { action: "show", input: {}, run: R }],
  ["reject it: too many files", { action: "reject_pr", input: { reason: "too many files" } }],
  [
    "run octo/widget with prompt version v3: add weekday",
    {
      action: "create",
      input: { targets: [{ owner: "octo", repo: "widget" }], task: "add weekday", prompt_version: "v3" },
    },
  ],
  [
    "fix https://github.com/octo/widget/issues/7",
    { action: "create", input: { targets: [{ owner: "octo", repo: "widget", issue: 7 }] } },
  ],
  ["the weather is nice", null],
  ["", null],
])("“%s” is read whole", (text, understood) => {
  expect(understandByRules(text, { runId: null })).toEqual(understood);
});

test.each(["and/or", "either/or, I do not know", "CI/CD"])("“%s” names no repository", (text) => {
  expect(understandByRules(`start ${text}`, { runId: null })).toBeNull();
});

test("without a run in the chat, a question about how it goes is about everything", () => {
  expect(understandByRules("status", { runId: null })?.action).toBe("overview");
});
