import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { newestApproval } from "../../src/database/approvals.ts";
import { insertWebLink } from "../../src/database/web-sessions.ts";
import { readNeeds } from "../../src/reports/needs.ts";
import { hashOf } from "../../src/web/session.ts";
import { type Browser, LONG_BRANCH, raiseWebStand, type WebStand } from "./web-stand.ts";

jest.setTimeout(60_000);

let stand: WebStand;
let operator: Browser;
let maintainer: Browser;

beforeAll(async () => {
  stand = await raiseWebStand();
  operator = await stand.operator();
  maintainer = await stand.person("mia");
});
afterAll(() => stand.stop());

test.each(["/", "/runners", "/runs/run_1", "/runs/run_1/events"])(
  "%s is shown to nobody who is not signed in",
  async (path) => {
    expect(await stand.browser().get(path)).toMatchObject({
      status: 303,
      location: `/sign-in?to=${encodeURIComponent(path)}`,
      text: "",
    });
  },
);

test("whoever signed in with GitHub sees the runs of repositories where they have a say, and no others", async () => {
  const run = await stand.seed();
  const elsewhere = await stand.seed({ repositoryId: stand.repositories.other, repo: "other" });
  const seen = await maintainer.get("/");

  expect(seen.text).toContain(`/runs/${run.id}"`);
  expect(seen.text).not.toContain(`/runs/${elsewhere.id}"`);
  expect((await maintainer.get(`/runs/${run.id}`)).status).toBe(200);
  expect((await maintainer.get(`/runs/${elsewhere.id}`)).status).toBe(404);
  expect((await maintainer.get(`/runs/${elsewhere.id}`)).text).toBe(
    (await maintainer.get("/runs/run_none")).text,
  );
  expect((await operator.get(`/runs/${elsewhere.id}`)).status).toBe(200);
});

test("what wants somebody is the one queue, with what to do in each person's place", async () => {
  const run = await stand.seed({ state: "PAUSED", reason: "ada wants to think" });
  const [asOperator, asMaintainer] = [await operator.get("/"), await maintainer.get("/")];

  for (const { text } of [asOperator, asMaintainer]) expect(text).toContain("ada wants to think");
  expect(asOperator.text).toContain(`<code>agentpr resume ${run.id}</code>`);
  expect(asMaintainer.text).toContain(`<code>/agentpr resume run=${run.id}</code>`);
  const { needs } = await readNeeds(stand.database, { all: true });
  for (const { command } of needs) expect(asOperator.text).toContain(escaped(command));
});

function escaped(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

test.each([
  ["nora", 404],
  ["rita", 404],
  ["trudy", 200],
  ["wren", 200],
])("%s sees a run of the repository: %i", async (login, status) => {
  const { id } = await stand.seed();

  expect((await (await stand.person(login)).get(`/runs/${id}`)).status).toBe(status);
});

test("runs by way of forks are seen with a role in the control repository", async () => {
  const { id } = await stand.seed({
    mode: "fork",
    repositoryId: stand.repositories.afar,
    installationId: null,
  });

  expect((await maintainer.get(`/runs/${id}`)).status).toBe(200);
  expect((await (await stand.person("nora")).get(`/runs/${id}`)).status).toBe(404);
});

test("machines are the operator's business", async () => {
  expect((await operator.get("/runners")).status).toBe(200);
  expect((await maintainer.get("/runners")).status).toBe(403);
});

test("a link signs in once, only by its button, and only while its time lasts", async () => {
  const link = async (token: string, ttlMs: number) =>
    insertWebLink(stand.database, { madeBy: "fred", tokenHash: hashOf(token), ttlMs });
  await link("good", 60_000);
  await link("late", -1);
  const browser = stand.browser();

  expect((await browser.get("/sign-in/link?token=good")).status).toBe(200);
  expect(browser.cookies.size).toBe(0);
  expect((await browser.post("/sign-in/link", { token: "good" })).location).toBe("/");
  expect((await browser.get("/")).status).toBe(200);
  for (const token of ["good", "late", "never"])
    expect((await stand.browser().post("/sign-in/link", { token })).status).toBe(403);
});

test("neither a link nor a session can be taken from the database", async () => {
  const dump = JSON.stringify([
    await stand.database.knex("web_sessions").select(),
    await stand.database.knex("web_links").select(),
  ]);

  for (const value of operator.cookies.values()) expect(dump).not.toContain(value);
});

test("signing out ends the session itself, not only the cookie", async () => {
  const browser = await stand.operator();
  const kept = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const [, form = ""] = /name="form" value="([^"]+)"/.exec((await browser.get("/")).text) ?? [];

  expect((await browser.post("/sign-out", { form })).status).toBe(303);
  expect((await stand.browser().get("/", { cookie: kept })).status).toBe(303);
});

test("a session is over when its time is", async () => {
  const browser = await stand.operator();
  stand.database.setClockOffset(13 * 3_600_000);
  try {
    expect((await browser.get("/")).status).toBe(303);
  } finally {
    stand.database.setClockOffset(0);
  }
});

test.each([
  ["another state", (url: URL) => url.searchParams.set("state", "x".repeat(43))],
  ["no state", (url: URL) => url.searchParams.delete("state")],
  ["a code that GitHub did not give", (url: URL) => url.searchParams.set("code", "made-up")],
])("who comes back from GitHub with %s is not signed in", async (_title, change) => {
  const browser = stand.browser();
  const asked = new URL((await browser.get("/sign-in/github")).location);
  const answer = await fetch(`${stand.github.url}/login/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams({ ...Object.fromEntries(asked.searchParams), login: "ada" }),
    redirect: "manual",
  });
  const back = new URL(answer.headers.get("location") ?? "");
  change(back);

  expect((await browser.get(`${back.pathname}${back.search}`)).status).toBe(403);
  expect((await browser.get("/")).status).toBe(303);
});

test("a code is of no use in another browser, and GitHub's token is given up", async () => {
  const asked = new URL((await stand.browser().get("/sign-in/github")).location);
  const answer = await fetch(`${stand.github.url}/login/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams({ ...Object.fromEntries(asked.searchParams), login: "ada" }),
    redirect: "manual",
  });
  const back = new URL(answer.headers.get("location") ?? "");

  expect((await stand.browser().get(`${back.pathname}${back.search}`)).status).toBe(403);
  const kept = [...stand.github.store.tokens.values()].filter(({ value }) => value.startsWith("ghu_"));
  expect(kept).toEqual([]);
});

test.each([
  ["/runs/run_1", "/runs/run_1"],
  ["//evil.example", "/"],
  ["https://evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/runs/../sign-out", "/"],
  ["javascript:alert(1)", "/"],
])("signing in with %s to go to leads to %s", async (to, place) => {
  const browser = stand.browser();
  const asked = new URL((await browser.get(`/sign-in/github?to=${encodeURIComponent(to)}`)).location);
  const answer = await fetch(`${stand.github.url}/login/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams({ ...Object.fromEntries(asked.searchParams), login: "ada" }),
    redirect: "manual",
  });

  const { location } = await browser.get((answer.headers.get("location") ?? "").slice(stand.url.length));
  expect(location).toBe(place);
});

test("a maintainer confirms on the page what a person with write may only ask for", async () => {
  const run = await stand.seed();
  const path = `/runs/${run.id}`;
  const writer = await stand.person("wren");

  expect(await writer.press(path, "approve_pr")).toMatchObject({
    status: 409,
    text: expect.stringContaining("only people with the maintain role"),
  });
  expect((await (await stand.person("ada")).press(path, "approve_pr")).status).toBe(200);
  expect((await newestApproval(stand.database.knex, run.id))?.confirmedBy).toBe("@ada");
});

test("the operator confirms with the code that the command line told, and it stands on no page", async () => {
  const run = await stand.seed();

  expect((await operator.get(`/runs/${run.id}`)).text).toContain("Confirmation code");
  expect((await operator.press(`/runs/${run.id}`, "approve_pr", { confirm_token: "GUESS" })).status).toBe(
    409,
  );
});

test("pause, resume and cancel go the way of all front ends", async () => {
  const { id } = await stand.seed();
  const path = `/runs/${id}`;
  const first = await maintainer.press(path, "pause");

  expect(first).toMatchObject({ status: 200, text: expect.stringContaining("PAUSED") });
  await maintainer.press(path, "resume");
  expect((await stand.run(id))?.state).toBe("PUSHED");
  await maintainer.press(path, "cancel");
  expect(await stand.run(id)).toMatchObject({ state: "FAILED", reason: "cancelled" });
});

test("who may look but not act is refused by the role of this moment", async () => {
  const { id } = await stand.seed();

  expect(await (await stand.person("trudy")).press(`/runs/${id}`, "pause")).toMatchObject({
    status: 409,
    text: expect.stringContaining("needs the role write"),
  });
  expect((await stand.run(id))?.state).toBe("PUSHED");
});

test.each([
  ["without the session's form token", { form: "x".repeat(43) }, {}],
  ["from another site", {}, { origin: "https://evil.example" }],
  ["as browsers say it of other sites", {}, { "sec-fetch-site": "cross-site" }],
  ["as no form at all", {}, { "content-type": "text/plain" }],
  ["for something that the page does not offer", { action: "create" }, {}],
])("an action %s is refused", async (_title, form, headers) => {
  const { id } = await stand.seed();
  const page = (await operator.get(`/runs/${id}`)).text;
  const [, token = ""] = /name="form" value="([^"]+)"/.exec(page) ?? [];
  const filled = { form: token, cause: "cause-123", action: "pause", ...form };

  expect((await operator.post(`/runs/${id}/actions`, filled, headers)).status).toBe(403);
  expect((await stand.run(id))?.state).toBe("PUSHED");
});

test("the same form sent again is told that it was done, and does nothing", async () => {
  const { id } = await stand.seed();
  const page = (await operator.get(`/runs/${id}`)).text;
  const [, form = ""] = /name="form" value="([^"]+)"/.exec(page) ?? [];
  const filled = { form, cause: "cause-twice", action: "pause" };
  await operator.post(`/runs/${id}/actions`, filled);
  await operator.press(`/runs/${id}`, "resume");
  await operator.post(`/runs/${id}/actions`, filled);

  expect((await stand.run(id))?.state).toBe("PUSHED");
});

test("every page is shielded: no cache, no frames, nothing from elsewhere, nothing inline", async () => {
  const { id } = await stand.seed();
  for (const path of ["/", "/runners", `/runs/${id}`, "/sign-in", "/runs/run_none"]) {
    const { headers, text } = await operator.get(path);

    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|\son\w+=|\sstyle=/);
  }
});

test("what others wrote is shown and never takes effect", async () => {
  const evil = `<script>alert("1")</script><img src=x onerror=alert(1)>"'&\u202e`;
  const token = `ghp_${"a".repeat(36)}`;
  const { id } = await stand.seed({
    state: "NEEDS_HUMAN",
    reason: `${evil} ${token}`,
    branch: evil,
    request: { title: evil, body: `${evil} ${token}`, author: evil, issue: 5 },
  });

  for (const path of ["/", `/runs/${id}`]) {
    const { text } = await operator.get(path);
    expect(text).not.toMatch(/<script>|<img|\u202e/);
    expect(text).not.toContain(token);
    expect(text).toContain("&lt;script&gt;");
  }
});

test("pages are well formed, have one heading, a label for every field and a scope for every head", async () => {
  const { id } = await stand.seed();
  for (const path of ["/", "/runners", `/runs/${id}`, "/sign-in"]) {
    const { text } = await operator.get(path);

    expect(unclosed(text)).toEqual([]);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('<a class="skip" href="#main">');
    expect(text.match(/<th(?=[ >])(?! scope=)/g)).toBeNull();
    for (const [, name] of text.matchAll(/<input type="text" id="([^"]+)"/g))
      expect(text).toContain(`<label for="${name}">`);
    for (const [table] of text.matchAll(/<table>[\s\S]*?<\/table>/g)) expect(table).toContain("<caption>");
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
  }
});

test("the lines of a change are shown as far as a page goes, and are nobody else's", async () => {
  const { id } = await stand.seed({ branch: LONG_BRANCH });
  const { status, text } = await operator.get(`/runs/${id}/diff`);

  expect(status).toBe(200);
  expect(text).toContain('<span class="good">+const wide = &#39;&lt;script&gt;&#39;;</span>');
  expect(text).toMatch(/and \d+ more lines, on GitHub/);
  expect(Buffer.byteLength(text)).toBeLessThan(100_000);
  expect(unclosed(text)).toEqual([]);
  expect((await (await stand.person("nora")).get(`/runs/${id}/diff`)).status).toBe(404);
});

test("the live tail begins after what the page shows, and tells what happens then", async () => {
  const { id } = await stand.seed();
  const [, tail = ""] = /data-tail="([^"]+)"/.exec((await operator.get(`/runs/${id}`)).text) ?? [];
  const cookie = [...operator.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const stop = new AbortController();
  const answer = await fetch(`${stand.url}${tail}`, { headers: { cookie }, signal: stop.signal });
  await operator.press(`/runs/${id}`, "pause");

  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const told = await readUntil(answer, "run paused");
  stop.abort();
  expect(told).toContain("event: entry");
  expect(told).not.toContain("run created");
});

async function readUntil(answer: Response, wanted: string): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(wanted)) break;
  }
  return text;
}

const VOID = new Set(["meta", "link", "input", "br", "img"]);

/** Tags that are opened and not closed, or closed in another order. */
function unclosed(text: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = ""] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (VOID.has(name)) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

test("a run page shows what a model said, marked and escaped, to each what they may do; it asks nobody", async () => {
  const { id } = await stand.seed({ state: "PAUSED" });
  const why = "It waits <img src=x onerror=alert(1)> & waits.";
  let asked = 0;
  const suggestions = [{ action: "resume", reason: "The base is <b>quiet</b>." }];
  stand.context.actions.explainer = {
    known: async () => ({ model: "a-<model>", answer: { why, suggestions } }),
    ask: async () => {
      asked += 1;
      return { why: "no" };
    },
  };
  const [forOperator, forTriage] = [
    (await operator.get(`/runs/${id}`)).text,
    (await (await stand.person("trudy")).get(`/runs/${id}`)).text,
  ];
  stand.context.actions.explainer = null;

  for (const text of [forOperator, forTriage]) {
    expect(text).toContain("<b>A model says</b>");
    expect(text).toContain("It waits &lt;img src=x onerror=alert(1)&gt; &amp; waits.");
    expect(text).not.toContain("<img src=x");
    expect(text).toContain("a-&lt;model&gt;");
  }
  expect(forOperator).toContain("<b>Resume</b>: The base is &lt;b&gt;quiet&lt;/b&gt;.");
  expect(forTriage).not.toContain("It suggests");
  expect(asked).toBe(0);
  expect((await operator.get(`/runs/${id}`)).text).not.toContain("A model says");
});
