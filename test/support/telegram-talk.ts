// A bot and the Telegram it talks to, over HTTP, on a database with a run whose change waits for a yes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalTelegram, startLocalTelegram } from "../../demo/telegram/start-local-telegram.ts";
import type { ActionContext } from "../../src/actions/action.ts";
import { loadPolicy } from "../../src/config/policy-file.ts";
import type { Run } from "../../src/core/run.ts";
import { finishAttempt, insertAttempt } from "../../src/database/attempts.ts";
import { acceptChange, findChange, insertChange } from "../../src/database/changes.ts";
import { connect, type Database } from "../../src/database/connect.ts";
import { migrate } from "../../src/database/migrations.ts";
import { insertRun } from "../../src/database/runs.ts";
import { changeParts, sign } from "../../src/engine/sign.ts";
import type { World } from "../../src/engine/world.ts";
import { type RunningBot, startTelegram, type TelegramOrder } from "../../src/main/start-telegram.ts";
import { cardWordsModel } from "../../src/main/telegram-models.ts";
import { sampleChange, sampleReport } from "../core/sample-report.ts";
import { runIn } from "../core/sample-run.ts";
import { loadSettingsForTelegram } from "./telegram-settings.ts";
import { eventually, testWorld } from "./world.ts";

export const ADA = { id: 11, name: "Ada" }; // admin
export const WREN = { id: 22, name: "Wren" }; // write
export const RIA = { id: 33, name: "Ria" }; // read
export const MALLORY = { id: 66, name: "Mallory" }; // nobody
export const GROUP = -100_500;
export const CHANNEL = -100_900;

export type Talk = {
  telegram: LocalTelegram;
  world: World;
  database: Database;
  actions: ActionContext;
  dir: string;
  bot: RunningBot;
  /** Ends the bot and starts it anew on the same database, with other settings where some are given. */
  restart(env?: Record<string, string>): Promise<void>;
  /** What a chat shows newest, once it holds that text. */
  reads(chatId: number, text: string | RegExp): Promise<LocalTelegram["state"]["messages"][number]>;
  /** Presses the newest button of that name in the person's chat, or in another; gives what was answered. */
  press(person: typeof ADA, label: string, chatId?: number): Promise<{ text: string; alert: boolean }>;
  stop(): Promise<void>;
};

type Options = {
  policy?: object;
  telegramBot?: object;
  env?: Record<string, string>;
  order?: Partial<TelegramOrder>;
  telegram?: LocalTelegram;
};

export async function raiseTalk(options: Options = {}): Promise<Talk> {
  const dir = await mkdtemp(join(tmpdir(), "agentpr-telegram-"));
  const telegram = options.telegram ?? (await startLocalTelegram());
  const database = connect(`sqlite:${join(dir, "talk.db")}`);
  await migrate(database);
  const world = testWorld(database);
  const policyFile = join(dir, "policy.json");
  const { policy = {}, telegramBot = {} } = options;
  await writeFile(
    policyFile,
    JSON.stringify({
      run_agent_step: policy,
      telegram_bot: {
        poll_timeout_sec: 5,
        idle_sleep_sec: 1,
        rate_limit_per_chat: 100_000,
        rate_limit_global: 1_000_000,
        ...telegramBot,
      },
    }),
  );
  const loaded = loadPolicy(policyFile);
  const settingsWith = (more: Record<string, string>) =>
    loadSettingsForTelegram({ dir, telegram, policyFile, env: { ...options.env, ...more } });
  const settings = settingsWith({});
  const actions: ActionContext = {
    world,
    github: lookup(),
    policyFor: loaded.policyFor,
    promptFault: () => null,
    defaults: { promptVersion: "v1", autokick: true },
  };
  const models = { understand: null, cardWords: cardWordsModel(settings, actions) };
  const start = (more: Record<string, string> = {}) =>
    startTelegram({
      settings: settingsWith(more),
      policy: loaded,
      actions,
      models,
      throttled: false,
      tickMs: 20,
      cardRestMs: 0,
      ...options.order,
    });
  const talk: Talk = {
    ...{ telegram, world, database, actions, dir },
    bot: await start(),
    restart: async (more) => {
      await talk.bot.close();
      talk.bot = await start(more);
    },
    reads: (chatId, text) =>
      eventually(
        `${text} in ${chatId}; it shows ${JSON.stringify(
          telegram
            .shown(chatId)
            .slice(-2)
            .map((m) => m.text),
        )}`,
        async () =>
          telegram
            .shown(chatId)
            .findLast((shown) =>
              typeof text === "string" ? shown.text.includes(text) : text.test(shown.text),
            ),
      ),
    press: async (person, label, chatId = person.id) => {
      const found = await eventually(`the button ${label}`, async () => telegram.button(chatId, label));
      const id = telegram.press(person, found.shown, found.key.callback_data);
      return eventually("an answer", async () => telegram.state.answers.find((each) => each.id === id));
    },
    stop: async () => {
      await talk.bot.close();
      await telegram.stop();
      await world.wake.close();
      await database.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return talk;
}

/** Repositories that are all there, without any GitHub behind them. */
function lookup(): ActionContext["github"] {
  return {
    findRepository: async ({ owner, repo }) =>
      owner === "nowhere"
        ? null
        : {
            owner,
            repo,
            repositoryId: 7,
            installationId: 70,
            defaultBranch: "main",
            private: false,
            archived: false,
          },
    readIssue: async (_target, number) => ({ title: `Issue ${number}`, body: "Please.", author: "ada" }),
  };
}

/** A run with a finished, accepted change that waits for a yes. */
export async function addPushed(
  { database, world }: Pick<Talk, "database" | "world">,
  id: string,
  more: Partial<Run> = {},
): Promise<Run> {
  const change = sampleChange({ id: `change_${id}`, runId: id, attemptId: `attempt_${id}` });
  const run = runIn("PUSHED", { id, changeId: change.id, ...more });
  await database.transaction(async (trx) => {
    await insertRun(database, trx, run);
    const attempt = {
      id: change.attemptId,
      runId: id,
      number: 1,
      jobId: Math.trunc(Math.random() * 1e9),
      claimId: 1,
      runner: "box",
    };
    await insertAttempt(database, trx, attempt);
    await insertChange(database, trx, change, Buffer.from("bundle"));
    await finishAttempt(database, trx, attempt.id, sampleReport({ runId: id, change }));
    const stored = await findChange(trx, change.id);
    if (world.key === null || stored === null) throw new Error("nothing to sign");
    await acceptChange(trx, change.id, sign(world.key, "change", changeParts(stored)));
  });
  return run;
}

export async function addRun(
  { database }: Pick<Talk, "database">,
  state: Run["state"],
  id: string,
  more: Partial<Run> = {},
): Promise<Run> {
  const run = runIn(state, { id, changeId: null, changeSha: null, ...more });
  await database.transaction((trx) => insertRun(database, trx, run));
  return run;
}
