import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { listRuns } from "../../../src/database/run-lists.ts";
import { type ReceiveStand, raiseReceiveStand } from "../../support/receive-stand.ts";

jest.setTimeout(120_000);
let stand: ReceiveStand;
beforeAll(async () => {
  stand = await raiseReceiveStand();
});
afterAll(() => stand.stop());

const by = (login: string) => ({ user: { login, type: "User" } });
const inControl = { repository: "control" as const };

async function runsOf(owner: string) {
  return (await listRuns(stand.database.knex, { limit: 100 })).filter((run) => run.owner === owner);
}

test("a run begins on each repository that is named, as the App or by way of a fork, and one answer lists them", async () => {
  const words = `octo/hello afar/project ${stand.github.url}/octo/other afar/project nobody/nothing ../../etc`;
  const said = await stand.comment(by("ada"), 3, `/agentpr create ${words}`, inControl);
  const runs = await listRuns(stand.database.knex, { limit: 100 });

  expect(
    runs.map(({ owner, repo, mode, request }) => [`${owner}/${repo}`, mode, request.title]).toSorted(),
  ).toEqual([
    ["afar/project", "fork", "Add a thing"],
    ["octo/hello", "direct", "Add a thing"],
    ["octo/other", "direct", "Add a thing"],
  ]);
  expect(said.answers).toHaveLength(1);
  for (const part of [
    "3 of 5 begun",
    "octo/hello: Run run_",
    "nobody/nothing: not begun",
    "../../etc: not begun",
  ])
    expect(said.answers[0]).toContain(part);
  expect(said.reactions).toEqual(["eyes", "confused"]);
});

test("the same comment told again begins nothing twice", async () => {
  const say = (guid: string) =>
    stand.comment(by("ada"), 4, "/agentpr create afar/project", { ...inControl, id: 42, guid });
  await say("one");
  const before = (await runsOf("afar")).length;
  const again = await say("two");

  expect(await runsOf("afar")).toHaveLength(before);
  expect(again.answers).toHaveLength(1);
});

test.each([
  [
    "without write in the control repository",
    "trudy",
    "create afar/project",
    inControl,
    "needs the role write",
  ],
  ["without a say on a target where the App is", "wren", "create octo/other", inControl, "on octo/other"],
  ["anywhere else", "ada", "create afar/project", {}, "only in the control repository"],
  [
    "in a control repository that is public",
    "ada",
    "create afar/project",
    { ...inControl, isPrivate: false },
    "must be private",
  ],
  ["without a name", "ada", "create", inControl, "name at least one"],
  ["with too many names", "ada", `create ${"a/b ".repeat(11)}`, inControl, "at most 10"],
  ["with a word that means nothing", "ada", "create afar/project bas=x", inControl, "bas= means nothing"],
])("%s nothing is begun, and the reason is given once", async (_title, login, line, more, why) => {
  const before = (await listRuns(stand.database.knex, { limit: 1_000 })).length;

  const { answers, reactions } = await stand.comment(by(login), 5, `/agentpr ${line}`, more);

  expect(answers).toHaveLength(1);
  expect(answers[0]?.replaceAll("\u2060", "")).toContain(why);
  expect(reactions).toContain("confused");
  expect(await listRuns(stand.database.knex, { limit: 1_000 })).toHaveLength(before);
});

test("a stranger to the control repository gets a reaction only", async () => {
  expect(await stand.comment(by("rita"), 6, "/agentpr create afar/project", inControl)).toMatchObject({
    reactions: ["confused"],
    answers: [],
  });
});

test("from there runs elsewhere are steered: forks with the role there, others with the role on the target", async () => {
  const [fork] = await runsOf("afar");
  const direct = await stand.seed({ repositoryId: stand.repositories.other, repo: "other" });
  const say = async (login: string, line: string, more: object = inControl) =>
    (await stand.comment(by(login), 7, `/agentpr ${line}`, more)).reactions.at(-1);

  expect(await say("wren", `pause run=${fork?.id}`)).toBe("rocket");
  expect(await stand.run(fork?.id ?? "")).toMatchObject({ state: "PAUSED" });
  expect(await say("ada", `resume run=${fork?.id}`, {})).toBe("confused");
  expect(await say("wren", `pause run=${direct.id}`)).toBe("confused");
  expect(await say("ada", `pause run=${direct.id}`)).toBe("rocket");
  expect(await say("ada", "pause run=run_of_nobody")).toBe("confused");
});

test("explain brings a model's words, marked, and without any effect on the page", async () => {
  const { id, prNumber, request } = await stand.seed({
    state: "PAUSED",
    request: { title: "T", body: "B", author: "sam", issue: 91 },
  });
  const why = "Ask @octo/all <!-- x --> about #3 `now` ![i](https://evil.test/i.png)";
  const suggestions = [{ action: "resume", reason: "fixes octo/hello#3" }];
  stand.context.actions.explainer = {
    known: async () => null,
    ask: async () => ({ model: "m", answer: { why, suggestions } }),
  };
  const said = await stand.comment(by("wren"), prNumber ?? request.issue ?? 0, `/agentpr explain run=${id}`);
  stand.context.actions.explainer = null;

  const [answer = ""] = said.answers;
  expect(answer).toContain(`- **a model says:** \`\`${why} (m)\`\``);
  expect(answer).toContain("- **a model suggests:** `/agentpr resume: fixes octo/hello#3`");
});
