import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { countCommands, readCommandCount, trimCommandCounts } from "../../../src/database/command-counts.ts";
import { DIALECTS, testDatabases } from "../../support/databases.ts";
import { type ReceiveStand, raiseReceiveStand } from "../../support/receive-stand.ts";

const databases = testDatabases();
jest.setTimeout(120_000);
let stand: ReceiveStand;
beforeAll(async () => {
  stand = await raiseReceiveStand({ perUser: 3, perRepository: 5 });
});
afterAll(() => stand.stop());

const SILENCE = { reactions: [], answers: [] };
const by = (login: string) => ({ user: { login, type: "User" } });

/** Each of these tests has a stretch of time of its own. */
let hours = 0;
async function anotherHour(): Promise<void> {
  hours += 1;
  const stretch = 600_000;
  stand.database.setClockOffset(hours * 3_600_000 + stretch - (Date.now() % stretch));
}

test("over a person's limit the first comment is answered politely, and the others not at all", async () => {
  await anotherHour();
  const say = () => stand.comment(by("wren"), 1, "/agentpr help");
  for (let at = 0; at < 3; at += 1) expect(await say()).toMatchObject({ reactions: ["eyes", "rocket"] });

  const first = await say();
  const next = await say();

  expect(first.answers).toHaveLength(1);
  expect(first.answers[0]).toMatch(
    /> `\/agentpr help`\n\nNot done: .*wren may give 3 commands in 10 minutes/,
  );
  expect(next).toMatchObject(SILENCE);
});

test("each command of a comment counts, and too many together are not half carried out", async () => {
  await anotherHour();
  const run = await stand.seed();
  const issue = run.request.issue ?? 0;
  await stand.comment(by("wren"), issue, "/agentpr status\n/agentpr status");

  const two = await stand.comment(by("wren"), issue, "/agentpr pause\n/agentpr cancel");

  expect(two.answers).toHaveLength(1);
  expect(await stand.run(run.id)).toMatchObject({ state: "PUSHED" });
});

test("the limit of a repository holds for all together, whoever they are", async () => {
  await anotherHour();
  const say = (login: string) => stand.comment(by(login), 1, "/agentpr help");
  for (const login of ["wren", "mia", "ada", "wren", "mia"])
    expect((await say(login)).answers).toHaveLength(1);

  const first = await say("ada");
  expect(first.answers[0]).toContain("All people together");
  expect(await say("trudy")).toMatchObject(SILENCE);
  await anotherHour();
  expect((await say("ada")).reactions).toContain("rocket");
});

test("clicks count as commands do, and those of strangers use up nobody else's share", async () => {
  await anotherHour();
  const run = await stand.seed();
  const click = (login: string) => stand.click(by(login), run.changeSha ?? "", "withdraw_pr");
  for (let at = 0; at < 5; at += 1) await click("rita");
  const own = [await click("wren"), await click("wren"), await click("wren"), await click("wren")];
  const shared = [await click("mia"), await click("mia"), await click("mia")];

  expect(own.map((note) => note.startsWith("too many"))).toEqual([false, false, false, true]);
  expect(shared.map((note) => note.startsWith("too many"))).toEqual([false, false, true]);
});

test("a stranger gets a reaction, then nothing; their role is not even asked for, and nobody else's share is used", async () => {
  await anotherHour();
  const { roleOf } = stand.context.github;
  let asked = 0;
  stand.context.github = {
    ...stand.context.github,
    roleOf: (target, login) => {
      asked += 1;
      return roleOf(target, login);
    },
  };
  const heard = [];
  for (let at = 0; at < 6; at += 1) heard.push(await stand.comment(by("rita"), 1, "/agentpr run"));
  stand.context.github = { ...stand.context.github, roleOf };

  expect(heard.map(({ reactions }) => reactions.length)).toEqual([1, 1, 1, 0, 0, 0]);
  expect(heard.flatMap(({ answers }) => answers)).toEqual([]);
  expect(asked).toBe(3);
  expect((await stand.comment(by("ada"), 1, "/agentpr help")).reactions).toContain("rocket");
});

test("a comment that is told again, under another GUID too, commands and counts no more", async () => {
  await anotherHour();
  const run = await stand.seed();
  const say = (guid: string) =>
    stand.comment(by("wren"), run.request.issue ?? 0, "/agentpr retry", { id: 77, guid });
  const first = await say("guid-of-it");
  const moved = await stand.run(run.id);

  for (const guid of ["replayed-1", "replayed-2", "replayed-3", "replayed-4"])
    expect(await say(guid)).toMatchObject({ reactions: first.reactions, answers: first.answers });

  expect(await stand.run(run.id)).toEqual(moved);
  expect((await stand.comment(by("wren"), 1, "/agentpr help")).reactions).toContain("rocket");
});

test.each(DIALECTS)(
  "on %s two apps count in one place, by the database's clock, and forget in time",
  async (dialect) => {
    const url = await databases.fresh(dialect);
    const [one, two] = [databases.connect(url), databases.connect(url)];
    const count = (database: typeof one, cause: string) =>
      countCommands(database, { who: "user:ada", add: 2, cause, windowMs: 60_000 });
    // Nobody waits for the stretch to end: the clock is put at the beginning of one.
    const now = Date.now();
    for (const database of [one, two]) database.setClockOffset(60_000 - (now % 60_000) + 1_000);

    const counts = await Promise.all(
      Array.from({ length: 10 }, (_, at) => count(at % 2 ? one : two, `cause-${at}`)),
    );

    expect(counts.toSorted((a, b) => a - b)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    expect(await count(one, "again")).toBe(22);
    expect(await count(two, "again")).toBe(22);
    for (const database of [one, two]) database.setClockOffset(10 * 60_000);
    expect(await readCommandCount(one, { who: "user:ada", windowMs: 60_000 })).toBe(0);
    expect(await trimCommandCounts(one, 60_000)).toBe(1);
  },
);
