import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Usage } from "../../src/core/evidence.ts";
import { type Clocks, startClocks } from "../box/clocks.ts";
import { readOomKills } from "../box/oom-kills.ts";
import { type EventReader, readEvents } from "./codex-events.ts";
import { prepareCodexHome } from "./codex-home.ts";
import type { CodexOrder } from "./codex-order.ts";
import { type EventFile, openEventFile } from "./event-file.ts";
import { foreignSkills } from "./foreign-skills.ts";
import { type ModelDoor, openModelDoor } from "./model-door.ts";
import { readThreadUsage } from "./thread-usage.ts";
import { startMeter, type UsageMeter } from "./usage-meter.ts";

/** One run of Codex under way: what its parts share. */
export type CodexSession = {
  order: CodexOrder;
  reader: EventReader;
  events: EventFile;
  clocks: Clocks;
  meter: UsageMeter;
  door: ModelDoor;
  /** What the thread had used before. */
  usedBefore: Usage;
  oomKillsBefore: number | null;
  /** Carried by an unboxed attempt's processes; a box needs none. */
  mark: string | null;
  /** Parts of the home that are shown read-only. */
  readOnly: readonly string[];
  removed: string[];
  lastMessageFile: string;
  outputSchemaFile: string | null;
  close(): Promise<void>;
};

/** Prepares the home, opens the event file and the way to the model, and starts the clocks. */
export async function openSession(order: CodexOrder): Promise<CodexSession> {
  const { removed, readOnly } = await prepareCodexHome({
    dir: order.codexHome,
    files: order.homeFiles ?? {},
    threadId: order.threadId,
    listSkills: order.repositoryInstructions ?? false,
    foreignSkills: await foreignSkills(skillPlaces(order)),
  });
  const outputSchemaFile = await writeSchema(order);
  const usedBefore = await readThreadUsage(order.codexHome, order.threadId);
  const clocks = startClocks(order.clocks);
  const { door, events } = await openWays(order, clocks);
  const reader = readEvents({ now: () => performance.now(), before: usedBefore, redact: order.redact });
  const meter = startMeter({
    codexHome: order.codexHome,
    before: usedBefore,
    threadId: () => reader.progress().threadId,
    overspent: order.overspent ?? (() => null),
  });
  return {
    order,
    reader,
    events,
    clocks,
    meter,
    door,
    usedBefore,
    oomKillsBefore: await readOomKills(),
    mark: order.isolation.kind === "box" ? null : randomUUID(),
    readOnly,
    removed,
    lastMessageFile: join(order.codexHome, "last-message.txt"),
    outputSchemaFile,
    async close() {
      clocks.stop();
      await Promise.all([door.close(), events.close(), meter.stop()]);
    },
  };
}

/** Where skills lie that Codex would take by itself and must not; the target's own only where the policy lets them in. */
function skillPlaces({ workDir, env, repositoryInstructions = false }: CodexOrder): string[] {
  return [...(repositoryInstructions ? [] : [workDir]), ...(env.HOME ? [env.HOME] : [])];
}

async function openWays(order: CodexOrder, clocks: Clocks): Promise<{ door: ModelDoor; events: EventFile }> {
  try {
    const door = await openModelDoor(order, clocks.alive);
    return {
      door,
      events: await openEventFile(order.eventsFile, order.eventBytes).catch((error) =>
        closeAndThrow(door, error),
      ),
    };
  } catch (error) {
    clocks.stop();
    throw error;
  }
}

async function closeAndThrow(door: ModelDoor, error: unknown): Promise<never> {
  await door.close();
  throw error;
}

async function writeSchema({ codexHome, outputSchema }: CodexOrder): Promise<string | null> {
  if (outputSchema === null) return null;
  const path = join(codexHome, "output-schema.json");
  await writeFile(path, JSON.stringify(outputSchema), { flag: "wx" });
  return path;
}
