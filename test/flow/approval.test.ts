import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Exchange } from "../../demo/github/http/exchange.ts";
import type { Reply } from "../../src/actions/reply.ts";
import { type Flow, raiseFlow } from "../support/flow.ts";
import {
  becomes,
  branches,
  cli,
  ours,
  pulls,
  push,
  quiet,
  say,
  type Talk,
  untilPushed,
} from "../support/flow-talk.ts";
import { rounds } from "../support/proof.ts";

jest.setTimeout(60_000);
let flow: Flow;
/** Sees every call when it is answered, before the app reads the answer. */
const watcher: { sees: (exchange: Exchange) => void } = { sees: () => undefined };
beforeAll(async () => {
  flow = await raiseFlow({ onExchange: (exchange) => watcher.sees(exchange) });
});
afterAll(() => flow.stop());

async function statuses({ id }: Talk): Promise<string[]> {
  const rows = await flow.world.database.knex("approvals").where({ run_id: id }).orderBy("created_at");
  return rows.map(({ status }) => String(status));
}

async function pullsOf(talk: Talk): Promise<number[]> {
  const { branch } = await talk.run();
  return (await pulls(flow)).filter(({ head }) => head.ref === branch).map(({ number }) => number);
}

async function requestByCode({ id: run }: Talk): Promise<string> {
  const shown = await cli(flow, "request_pr", { run });
  return (shown.ok && shown.secret) || "";
}

function confirm({ id: run }: Talk, code: string) {
  return cli(flow, "approve_pr", { run, confirm_token: code });
}

test("what is opened is what was shown: title, base and commit", async () => {
  const talk = await untilPushed(flow, "Greet the world");
  const { changeSha } = await talk.run();
  const shown = await cli(flow, "request_pr", { run: talk.id, title: "feat: greet the world" });
  const code = (shown.ok && shown.secret) || "";

  expect(await confirm(talk, code)).toMatchObject({ ok: true });

  const { prNumber } = await talk.is("REVIEW_WAIT");
  const opened = await flow.people.ada.get<Record<string, unknown>>(`/repos/tidy/greeter/pulls/${prNumber}`);
  expect(opened).toMatchObject({
    title: "feat: greet the world",
    draft: false,
    head: { sha: changeSha },
    base: { ref: "main" },
  });
  expect(await statuses(talk)).toEqual(["used"]);
});

test("a base that moved in the same files voids the approval: nothing is opened, and the work begins anew", async () => {
  const talk = await untilPushed(flow);
  const first = await talk.run();
  const code = await requestByCode(talk);
  await push(flow, { branch: "main", files: { "greeting.txt": "good day\n" } });

  await confirm(talk, code);

  const second = await talk.is("PUSHED", ({ publishedSha }) => publishedSha !== first.publishedSha);
  expect(await statuses(talk)).toEqual(["void"]);
  expect(await pullsOf(talk)).toEqual([]);
  expect(second.attempts).toBe(2);
});

test("a base that moved elsewhere does not matter", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);
  await push(flow, { branch: "main", files: { "elsewhere.txt": `${talk.id}\n` } });

  await confirm(talk, code);

  await talk.is("REVIEW_WAIT");
});

test("a second request voids the first, and its code with it", async () => {
  const talk = await untilPushed(flow);
  const first = await requestByCode(talk);
  const second = await requestByCode(talk);

  expect(await confirm(talk, first)).toMatchObject({ ok: false });
  expect(await statuses(talk)).toEqual(["void", "requested"]);
  expect(await confirm(talk, second)).toMatchObject({ ok: true });

  await talk.is("REVIEW_WAIT");
  expect(await pullsOf(talk)).toHaveLength(1);
});

test("a request that was taken back or turned down cannot be confirmed", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);
  expect(await talk.say("/agentpr withdraw")).toBe("rocket");
  expect(await confirm(talk, code)).toMatchObject({ ok: false });

  const first = await talk.run();
  const again = await requestByCode(talk);
  expect(await talk.say('/agentpr reject reason="say less"')).toBe("rocket");
  expect(await confirm(talk, again)).toMatchObject({ ok: false });

  await talk.is("PUSHED", ({ changeSha }) => changeSha !== first.changeSha);
  expect(await statuses(talk)).toEqual(["void", "rejected"]);
  expect(await pullsOf(talk)).toEqual([]);
});

test("an approval expires by the database's clock", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);

  flow.world.database.setClockOffset(31 * 60_000);
  const late = await confirm(talk, code);
  await quiet(flow);
  flow.world.database.setClockOffset(0);

  expect(late).toMatchObject({ ok: false, text: expect.stringContaining("expired") });
  expect(await statuses(talk)).toEqual(["expired"]);
  expect(await confirm(talk, code)).toMatchObject({ ok: false });
});

test("after five wrong codes the right one does not help any more", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);

  for (let left = 4; left >= 0; left -= 1)
    expect(await confirm(talk, "000000000000")).toMatchObject({ text: expect.stringContaining(`${left} `) });

  expect(await confirm(talk, code)).toMatchObject({ ok: false, text: expect.stringContaining("too many") });
  expect((await talk.run()).state).toBe("PUSHED");
});

test("guesses that arrive all at once are five all the same", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);

  const guesses = Array.from({ length: 12 }, (_, index) => `${index}`);
  const answers = await Promise.all(guesses.map((guess) => confirm(talk, guess)));

  expect(await confirm(talk, code)).toMatchObject({ ok: false });
  expect(answers.filter(({ text }) => text.includes("the code is wrong"))).toHaveLength(5);
});

test("the right code works once, in any case and with spaces around it", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);

  expect(await confirm(talk, ` ${code.toLowerCase()} `)).toMatchObject({ ok: true });
  expect(await confirm(talk, code)).toMatchObject({ ok: false });

  await talk.is("REVIEW_WAIT");
  const stored = JSON.stringify(await flow.world.database.knex("approvals").where({ run_id: talk.id }));
  expect(stored).not.toContain(code);
});

test("on GitHub a role below the policy's may request and may not approve, and the commit must be named", async () => {
  const talk = await untilPushed(flow);
  const { changeSha } = await talk.run();
  expect(await talk.say("/agentpr request-pr", "wren")).toBe("rocket");

  expect(await talk.say(`/agentpr approve ${changeSha?.slice(0, 12)}`, "wren")).toBe("confused");
  expect(await talk.say("/agentpr approve", "grace")).toBe("confused");
  expect(await talk.say("/agentpr approve 0123456789ab", "grace")).toBe("confused");

  await becomes("the reason", async () =>
    (await ours(flow, talk.issue, "reply")).some(({ body }) => body.includes("maintain role")),
  );
  expect(await statuses(talk)).toEqual(["requested"]);
  expect(await talk.say(`/agentpr approve ${changeSha?.slice(0, 12)}`, "grace")).toBe("rocket");
  await talk.is("REVIEW_WAIT");
});

test("a code of the command line is of no use for a request made on GitHub", async () => {
  const talk = await untilPushed(flow);
  await talk.say("/agentpr request-pr");

  expect(await confirm(talk, "000000000000")).toMatchObject({
    ok: false,
    text: expect.stringContaining("confirm it where it was made"),
  });
});

test("a run that is paused after the request opens nothing until it is resumed", async () => {
  const talk = await untilPushed(flow);
  const code = await requestByCode(talk);
  await talk.say("/agentpr pause");

  expect(await confirm(talk, code)).toMatchObject({ ok: false });
  await quiet(flow);
  expect(await pullsOf(talk)).toEqual([]);

  await talk.say("/agentpr resume");
  await talk.is("PUSHED");
  expect(await confirm(talk, code)).toMatchObject({ ok: true });
  await talk.is("REVIEW_WAIT");
});

test.each(["pause", "cancel"])(
  "“%s” while a pull request is being opened is in time: it is not opened",
  async (action) => {
    const talk = await untilPushed(flow);
    const code = await requestByCode(talk);
    const said = new Promise<Reply>((done) => {
      watcher.sees = ({ path }) => {
        if (path !== "/installation/token") return; // the base was looked at: the gate was open
        watcher.sees = () => undefined;
        done(cli(flow, action, { run: talk.id }));
      };
    });

    expect(await confirm(talk, code)).toMatchObject({ ok: true });
    expect(await said).toMatchObject({ ok: true });
    await becomes("the end of the opening", async () => (await statuses(talk))[0] !== "confirmed");
    expect(await statuses(talk)).toEqual(["void"]);
    expect(await pullsOf(talk)).toEqual([]);
  },
);

const ROUNDS = rounds(2, 200);
const TOGETHER = Math.min(5, ROUNDS);

test(
  `two people who confirm at once open one pull request (${ROUNDS} times)`,
  async () => {
    for (let done = 0; done < ROUNDS; done += TOGETHER)
      await Promise.all(Array.from({ length: TOGETHER }, (_, index) => bothConfirm(done + index)));
    const published = Object.keys(branches(flow)).filter((name) => name.startsWith("agentpr/"));
    expect((await pulls(flow)).length).toBeLessThanOrEqual(published.length);
  },
  ROUNDS * 10_000,
);

async function bothConfirm(round: number): Promise<void> {
  const talk = await untilPushed(flow, `Round ${round}`);
  const sha = (await talk.run()).changeSha?.slice(0, 12);
  await cli(flow, "request_pr", { run: talk.id });
  const ends = await Promise.all(
    (["ada", "grace"] as const).map((who) => say(flow, who, talk.issue, `/agentpr approve ${sha}`)),
  );
  await talk.is("REVIEW_WAIT");
  expect(ends.sort()).toEqual(["confused", "rocket"]);
  expect(await statuses(talk)).toEqual(["used"]);
  expect(await pullsOf(talk)).toHaveLength(1);
}
