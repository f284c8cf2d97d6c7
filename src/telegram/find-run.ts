import type { Run } from "../core/run.ts";
import type { Db } from "../database/connect.ts";
import { findRunsByPrefix, findRunsByRepository } from "../database/run-lists.ts";
import { findRun } from "../database/runs.ts";
import type { Chat } from "../database/telegram-chats.ts";
import { readTarget } from "./targets.ts";

export type FoundRun =
  | { kind: "found"; id: string }
  /** The word names a run, but none that there is, or more than one. */
  | { kind: "not"; why: string }
  /** The word is about something else. */
  | { kind: "no_name" };

const NUMBER = /^#?(\d{1,4})$/;
const NAME = /^(run_[A-Za-z0-9_-]{1,60}|[0-9a-f]{6,12})$/;

/** The run that a word names: by its name or the beginning of it, by its repository, or by its number in the last list. */
export async function findNamedRun(db: Db, chat: Chat, word: string): Promise<FoundRun> {
  const number = NUMBER.exec(word)?.[1];
  if (number !== undefined) return listed(chat, Number(number));
  if ((await findRun(db, word.slice(0, 80))) !== null) return { kind: "found", id: word };
  if (NAME.test(word)) return one(word, await findRunsByPrefix(db, word));
  const target = readTarget(word);
  if (target !== null) return newest(word, await findRunsByRepository(db, `${target.owner}/${target.repo}`));
  const bare = /^[\w.-]{2,100}$/.test(word) ? await findRunsByRepository(db, word) : [];
  if (bare.length > 0) return newest(word, bare);
  // A name that was not written in full must not fall on the run that the chat is about.
  return /^run[_-]/i.test(word) ? { kind: "not", why: `There is no run ${word}.` } : { kind: "no_name" };
}

function listed({ listed: runs }: Chat, number: number): FoundRun {
  const id = runs[number - 1];
  return id === undefined
    ? { kind: "not", why: `There is no number ${number} in the last list here. /list makes one.` }
    : { kind: "found", id };
}

function one(word: string, runs: readonly Run[]): FoundRun {
  const [run, ...others] = runs;
  if (run === undefined) return { kind: "not", why: `There is no run ${word}.` };
  if (others.length === 0) return { kind: "found", id: run.id };
  return {
    kind: "not",
    why: `${word} could be ${runs
      .slice(0, 5)
      .map(({ id }) => id)
      .join(", ")}. Say more of it.`,
  };
}

/** Of a repository, the run that goes on is meant, else the one that ended last. */
function newest(word: string, [run]: readonly Run[]): FoundRun {
  return run === undefined
    ? { kind: "not", why: `There is no run on ${word}.` }
    : { kind: "found", id: run.id };
}
