import { expect } from "@jest/globals";
import { ISSUE } from "../../demo/scenarios/conversation.ts";
import { until, untilState, type Walk } from "./walk.ts";

export type Step = {
  command: string;
  /** Why it is not typed here. */
  leftOut?: string;
  /** It goes on until it is stopped. */
  serves?: boolean;
  /** What stands in the README for something of the reader's own. */
  fill?: (walk: Walk) => Readonly<Record<string, string>>;
  /** What the README has one do before, in words. */
  before?: (walk: Walk) => Promise<void>;
  /** What has to be so then. */
  after?: (walk: Walk, said: string) => Promise<void>;
};

const OLGA = { id: 1001, name: "olga" };

/** The README's commands, in its order. GitHub, Telegram and the model are those of this machine. */
export const STEPS: readonly Step[] = [
  {
    command: "npm ci && npm run demo",
    after: async (_walk, said) => expect(said).toMatch(/✔ main: DONE/),
  },
  {
    command: "npm run demo -- --scenario crash",
    after: async (_walk, said) => expect(said).toMatch(/✔ crash: DONE/),
  },
  { command: "npm ci && npm test", leftOut: "it is what carries this walk out" },
  { command: "git clone", leftOut: "the clone was made before the first step, as the reader did to try it" },
  { command: "npm ci", leftOut: "it was the first half of the first step" },
  { command: "cp .env.example .env" },
  { command: "chmod 600 .env" },
  {
    command: "npx agentpr init-db",
    before: (walk) =>
      walk.set({
        PORT: String(walk.port),
        AGENTPR_GITHUB_API_URL: walk.github.apiUrl,
        AGENTPR_GITHUB_URL: walk.github.url,
        OPENAI_API_KEY: walk.model.key,
        OPENAI_BASE_URL: walk.model.url,
        AGENTPR_DEFAULT_PROMPT_VERSION: "issue",
      }),
  },
  { command: "npx agentpr app", serves: true, after: register },
  { command: "npx agentpr doctor --require-codex" },
  {
    command: "npx agentpr up",
    serves: true,
    before: (walk) => walk.set({ AGENTPR_GITHUB_TOKEN: walk.token }),
  },
  {
    command: "npx agentpr create-run owner/repo --issue 7",
    fill: () => ({ "owner/repo": "tidy/tidy-dates", "7": "1" }),
    before: (walk) => openIssue(walk, "tidy/tidy-dates"),
    after: untilPushed,
  },
  {
    command: "npx agentpr create-run somebody/project --issue 7",
    fill: () => ({ "7": "1" }),
    before: (walk) => openIssue(walk, "somebody/project"),
    after: untilPushed,
  },
  {
    command: "npx agentpr request-open-pr <run>",
    fill: ({ run }) => ({ "<run>": run }),
    after: async (walk, said) => {
      walk.code = /confirmation code: (\S+)/.exec(said)?.[1] ?? "";
      expect({ said, code: walk.code }).toMatchObject({ code: expect.stringMatching(/\S/) });
    },
  },
  {
    command: "npx agentpr approve-open-pr <run> --confirm-token <code> --confirm",
    fill: ({ run, code }) => ({ "<run>": run, "<code>": code }),
    after: async (walk) => {
      await untilState(walk, walk.run, /CI_WAIT|REVIEW_WAIT/);
      await walk.stopServing();
    },
  },
  {
    command: "npx agentpr run-telegram-bot --allow-chat-id <number>",
    serves: true,
    before: ({ set, telegram }) =>
      set({ AGENTPR_TELEGRAM_BOT_TOKEN: telegram.token, AGENTPR_TELEGRAM_API_ROOT: telegram.url }),
    fill: () => ({ "<number>": String(OLGA.id) }),
    after: async (walk) => {
      walk.telegram.say(OLGA, "/list");
      await until("the bot's answer", async () => walk.telegram.shown(OLGA.id).length > 0);
      await walk.stopServing();
    },
  },
  { command: "npx agentpr runner", serves: true },
  {
    command: "npx agentpr runners list",
    after: async (walk, said) => {
      walk.runner = /^\s*(\S+).*SHA256:/m.exec(said)?.[1] ?? "";
      expect({ said, runner: walk.runner }).toMatchObject({ runner: expect.stringMatching(/\S/) });
    },
  },
  {
    command: "npx agentpr runners approve <id>",
    fill: ({ runner }) => ({ "<id>": runner }),
    after: (walk) => walk.stopServing(),
  },
];

/** GitHub's page for new Apps is GitHub's own: what it would hand back is put where its redirect leads. */
async function register(walk: Walk, said: string): Promise<void> {
  const [page = ""] = /http:\/\/\S+/.exec(said) ?? [];
  expect(await (await fetch(`${page}/probot`)).text()).toContain("pull_request_review");
  const { id, privateKey, webhookSecret } = walk.github.app;
  const made = { appId: String(id), pem: privateKey, webhook_secret: webhookSecret };
  const kept = await fetch(`${page}/probot/import`, { method: "POST", body: JSON.stringify(made) });
  expect(kept.status).toBe(200);
  await walk.stopServing();
  expect(await walk.serve("npx agentpr app")).toContain("/api/github/webhooks");
  await walk.stopServing();
}

async function openIssue({ github, token }: Walk, repository: string): Promise<void> {
  const answer = await fetch(`${github.apiUrl}/repos/${repository}/issues`, {
    method: "POST",
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    body: JSON.stringify(ISSUE),
  });
  expect(answer.status).toBe(201);
}

async function untilPushed(walk: Walk, said: string): Promise<void> {
  walk.run = /run_[0-9a-f]+/.exec(said)?.[0] ?? "";
  await untilState(walk, walk.run, /PUSHED/);
}
