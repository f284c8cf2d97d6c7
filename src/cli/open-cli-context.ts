import { randomUUID } from "node:crypto";
import pino from "pino";
import type { ActionContext } from "../actions/action.ts";
import { aboutFor } from "../config/about.ts";
import { loadAppKey } from "../config/app-key.ts";
import { loadPolicy } from "../config/policy-file.ts";
import { ownTask, promptFault } from "../config/prompts.ts";
import { type AppSettings, loadAppSettings } from "../config/settings.ts";
import type { Database } from "../database/connect.ts";
import { postgresWake } from "../engine/wake/postgres.ts";
import { createBell, type Wake } from "../engine/wake/wake.ts";
import type { World } from "../engine/world.ts";
import { connectGitHub } from "../main/connect-github.ts";
import { explainerOf } from "../main/explainer-of.ts";
import type { SurveyParts } from "../main/survey.ts";
import { openDatabase } from "./open-database.ts";
import type { GlobalOptions } from "./program.ts";
import { settingsSource } from "./sources.ts";

export type CliContext = {
  context: ActionContext;
  /** Where GitHub's pages are. */
  pages: string;
  close(): Promise<void>;
};

type Wants = {
  /** The action asks GitHub; most do not, and then its client is not even loaded. */
  asksGitHub: boolean;
  /** The action looks round the change on GitHub before it is shown to a person. */
  surveys?: boolean;
};

/** What actions need, on the app's side but without its server. Close it, or the process does not end. */
export async function openCliContext(
  options: GlobalOptions,
  { asksGitHub, surveys = false }: Wants,
): Promise<CliContext> {
  const settings = loadAppSettings(settingsSource(options));
  const { policyFor } = loadPolicy(settings.policyFile);
  const database = await openDatabase(settings.databaseUrl);
  const world = cliWorld(database, settings);
  const github = asksGitHub ? await connectGitHub(settings, world) : null;
  const asking = surveys ? await askingWith({ settings, policyFor, world }) : {};
  const { promptVersion, autokick } = settings;
  const prompts = { root: settings.root, file: settings.promptFile };
  return {
    context: {
      world,
      github,
      policyFor,
      explainer: explainerOf(settings, world),
      ...asking,
      aboutFor: (version) => aboutFor(version, settings),
      promptFault: (version) => promptFault(version, prompts),
      ownTask: (version) => ownTask(version, prompts),
      defaults: { promptVersion, autokick },
    },
    pages: settings.github.webUrl,
    close: async () => {
      await world.wake.close();
      await database.close();
    },
  };
}

/** Loaded only where they are needed: they bring the whole of GitHub's client, and the manager's model. */
async function askingWith(parts: SurveyParts): Promise<Pick<ActionContext, "survey" | "writeProse">> {
  const { openSurvey } = await import("../main/survey.ts");
  const { openProse } = await import("../main/write-prose.ts");
  return { survey: openSurvey(parts), writeProse: openProse(parts.settings, parts.world) };
}

function cliWorld(database: Database, { dataDir }: AppSettings): World {
  const log = pino({ level: "error" }, pino.destination(2));
  return {
    database,
    key: loadAppKey(dataDir),
    wake: database.file === null ? postgresWake(database.url, log) : unheard(),
    log,
    newId: randomUUID,
    random: Math.random,
  };
}

/** Nothing in this process waits for work; the workers elsewhere see SQLite's file change by themselves. */
function unheard(): Wake {
  const { ring, rings, next } = createBell();
  return { announce: async () => undefined, poke: ring, rings, next, close: async () => undefined };
}
