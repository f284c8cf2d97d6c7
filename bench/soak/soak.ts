import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { boxProblem } from "../../demo/box-problem.ts";
import { raiseStage, type Stage } from "../../demo/stage.ts";
import { SOAK_CONVERSATION } from "./conversation.ts";
import { findDoubled, findLeftBehind, findLost } from "./count.ts";
import { type Crew, gatherCrew, ROLES } from "./crew.ts";
import { type Kill, killNowAndThen } from "./kill.ts";
import { type Asked, maintain } from "./maintain.ts";
import { type Drift, measureDrift, type Sample, sampleMemory } from "./memory.ts";
import type { SoakOptions } from "./options.ts";
import { untilQuiet } from "./quiet.ts";
import { seeded } from "./random.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What happened in a soak, and what is to be thought of it. */
export type Soaked = {
  options: SoakOptions;
  ms: number;
  asked: Asked[];
  kills: Kill[];
  samples: Sample[];
  drifts: Drift[];
  lost: string[];
  doubled: string[];
  died: string[];
  leftBehind: string[];
  verdict: Verdict;
};

const POLICY = { ci_grace_sec: 1 };
/** The one maintainer of the soak says more in a minute than anybody does in an hour. */
const UNLIMITED = { rate_limit_per_user: 0, rate_limit_per_repository: 0 };
const SAMPLE_MS = 1_000;
const TIDY_MEMORY = pathToFileURL(join(import.meta.dirname, "tidy-memory.js")).href;
const PLENTY_OF_CALLS = 10_000_000;

/** Has runs made and processes killed for so long, lets what was begun come to its end, and counts. */
export async function soak(options: SoakOptions, tell: Tell): Promise<Soaked> {
  const stage = await raiseStage({
    options: { db: options.db, dir: null, port: null, telegram: false, decisionMode: "rules" },
    conversation: SOAK_CONVERSATION,
    boxed: (await boxProblem()) === null,
    policy: POLICY,
    webhookPolicy: UNLIMITED,
    callsPerHour: PLENTY_OF_CALLS,
    more: { NODE_OPTIONS: `--import=${TIDY_MEMORY}` },
  });
  const crew = await gatherCrew(stage);
  let soaked: Soaked | null = null;
  try {
    soaked = await play(stage, crew, options, tell);
    return soaked;
  } finally {
    await crew.stop();
    await stage.stop();
    if (soaked?.verdict.ok) await rm(stage.dir, { recursive: true, force: true });
    else tell(`what was left lies in ${stage.dir}`);
  }
}

type Tell = (line: string) => void;

async function play(stage: Stage, crew: Crew, options: SoakOptions, tell: Tell): Promise<Soaked> {
  const [started, startedAt] = [performance.now(), Date.now()];
  const elapsedMs = () => performance.now() - started;
  const { asked, kills, samples } = await workAndKill(stage, crew, { options, started, elapsedMs, tell });
  // A runner sweeps at its start: what nobody needs any more is gone after that.
  await Promise.all(ROLES.map((role) => crew.restart(role)));
  await crew.stop();
  const { calmFrom, askingMs } = timesOf(options);
  const drifts = measureDrift(samples, { from: calmFrom, to: askingMs });
  const counted = {
    lost: await findLost(stage, asked),
    doubled: await findDoubled(stage),
    died: crew.deaths(),
    leftBehind: await findLeftBehind(stage, kills, startedAt),
  };
  const verdict = judge({ asked: asked.length, drifts, ...counted });
  return { options, ms: elapsedMs(), asked, kills, samples, drifts, ...counted, verdict };
}

function timesOf({ minutes, calmShare }: SoakOptions) {
  const askingMs = minutes * 60_000;
  return { askingMs, calmFrom: Math.round(askingMs * (1 - calmShare)) };
}

type Work = { options: SoakOptions; started: number; elapsedMs: () => number; tell: Tell };

/** Until nothing is left to do; whatever goes wrong, nobody is killed or looked at any more then. */
async function workAndKill(stage: Stage, crew: Crew, { options, started, elapsedMs, tell }: Work) {
  const [noMoreKills, noMoreSamples] = [new AbortController(), new AbortController()];
  const { calmFrom, askingMs } = timesOf(options);
  const sampling = sampleMemory(crew, { everyMs: SAMPLE_MS, signal: noMoreSamples.signal, elapsedMs });
  const killing = killNowAndThen(crew, {
    ...{ random: seeded(options.seed + 1), everySec: options.killEverySec },
    ...{ signal: AbortSignal.any([noMoreKills.signal, AbortSignal.timeout(calmFrom)]), elapsedMs },
  });
  try {
    const asked = await askForRuns(stage, { options, elapsedMs, overAt: started + askingMs });
    noMoreKills.abort();
    const kills = await killing;
    tell(`${asked.length} runs asked for, ${kills.length} kills; waiting until nothing is left to do`);
    await untilQuiet(stage.database, options.drainSec);
    noMoreSamples.abort();
    return { asked, kills, samples: await sampling };
  } finally {
    noMoreKills.abort();
    noMoreSamples.abort();
    await Promise.allSettled([killing, sampling]);
  }
}

type Asking = { options: SoakOptions; elapsedMs: () => number; overAt: number };

async function askForRuns(stage: Stage, { options, elapsedMs, overAt }: Asking): Promise<Asked[]> {
  const random = seeded(options.seed);
  let left = options.mostRuns;
  const lanes = Array.from({ length: options.lanes }, (_, at) =>
    maintain(stage, {
      ...{ number: at + 1, random, elapsedMs, overAt: overAt + options.drainSec * 1_000 },
      more: () => performance.now() < overAt && left-- > 0,
    }),
  );
  return (await Promise.all(lanes)).flat();
}
