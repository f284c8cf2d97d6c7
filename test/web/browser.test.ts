import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { PROJECT_ROOT } from "../../src/config/settings.ts";
import type { Run } from "../../src/core/run.ts";
import { saveRunner } from "../../src/database/runners.ts";
import { advance } from "../../src/engine/advance.ts";
import { startBrowser } from "../support/browser.ts";
import { raiseWebStand, type WebStand } from "./web-stand.ts";

jest.setTimeout(60_000);

let stand: WebStand;
let browser: Browser;
let run: Run;
/** What the browser of somebody who signed in keeps. */
let kept: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;
const opened: BrowserContext[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  stand = await raiseWebStand();
  browser = await startBrowser();
  run = await stand.seed({
    request: { title: "Add a retry to the upload", body: "Please.", author: "sam", issue: 1 },
  });
  for (const state of ["NEEDS_HUMAN", "EXECUTING", "DONE", "FAILED", "REVIEW_WAIT"] as const)
    await stand.seed({
      state,
      reason: state === "NEEDS_HUMAN" ? "the tests fail on the base branch too" : null,
    });
  const { database } = stand;
  const runner = { id: "runner_1", name: "build-one", version: "0.1.0", capacity: 2, approved: true };
  await saveRunner(database, database.knex, runner);
});
afterAll(async () => {
  for (const context of opened) await context.close();
  await browser?.close();
  await stand.stop();
});

/** The run's page, as a maintainer who signed in before sees it. */
async function runPage(options: BrowserContextOptions = {}): Promise<Page> {
  kept ??= await (await signIn("mia")).context().storageState();
  const page = await newPage({ ...options, storageState: kept });
  await page.goto(`${stand.url}/runs/${run.id}`);
  return page;
}

/** A page of somebody who signed in by pressing the buttons. */
async function signIn(login: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(options);
  await page.goto(`${stand.url}/runs/${run.id}`);
  await page.getByRole("link", { name: "Sign in with GitHub" }).click();
  await page.getByRole("button", { name: `Continue as ${login}` }).click();
  await page.waitForURL(`${stand.url}/runs/${run.id}`);
  return page;
}

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  opened.push(context);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && message.location().url.startsWith(stand.url))
      complaints.push(message.text());
  });
  return page;
}

test("a person signs in with GitHub, and comes to the run they wanted to see", async () => {
  const page = await signIn("mia");

  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(run.request.title);
  expect(await page.getByText("@mia").first().isVisible()).toBe(true);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${stand.url}/sign-in`);
});

test("the keyboard alone leads past the navigation, to a button, and to what it does", async () => {
  const page = await runPage();
  await page.keyboard.press("Tab");

  expect(await page.evaluate("document.activeElement.className")).toBe("skip");
  await page.keyboard.press("Enter");
  expect(await page.evaluate("document.activeElement.id")).toBe("main");
  await page.getByRole("button", { name: "Pause" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Done" }).waitFor();
  await page.getByRole("link", { name: "Back to the run" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("heading", { name: "Done" }).waitFor();
  expect((await stand.run(run.id))?.state).toBe("PUSHED");
});

test("what happens while the page is open appears on it", async () => {
  const page = await runPage();
  await page.getByText("Live:").waitFor();
  await advance(stand.world, {
    runId: run.id,
    event: { type: "notice.sent", priority: "low", text: "something <b>new</b>" },
    cause: "live-1",
  });

  await page.locator("li.new", { hasText: "something <b>new</b>" }).waitFor();
});

test("without JavaScript everything but the live tail works", async () => {
  const page = await signIn("ada", { javaScriptEnabled: false });
  await page.getByRole("button", { name: "Cancel the run" }).waitFor();
  await page.goto(`${stand.url}/`);

  expect(await page.getByRole("heading", { name: "Needs a person" }).isVisible()).toBe(true);
  await page.getByRole("link", { name: run.request.title }).first().click();
  await page.waitForURL(`${stand.url}/runs/${run.id}`);
});

test.each(["light", "dark"] as const)(
  "in %s every word is told apart from its ground",
  async (colorScheme) => {
    const page = await runPage({ colorScheme });
    for (const path of ["/", `/runs/${run.id}`]) {
      await page.goto(`${stand.url}${path}`);

      expect(await page.evaluate(FAINT)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    }
  },
);

test("on a telephone nothing sticks out of the page", async () => {
  const page = await runPage({ viewport: { width: 360, height: 740 } });
  for (const path of ["/", `/runs/${run.id}`]) {
    await page.goto(`${stand.url}${path}`);

    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
  }
});

test("every control has a name that a screen reader can say", async () => {
  const page = await runPage();

  expect(await page.evaluate(NAMELESS)).toEqual([]);
  expect(await page.getByRole("main").ariaSnapshot()).toContain(
    'button "Approve: open exactly this pull request"',
  );
});

test("the browser had nothing to complain about: the policy for contents lets everything through that is ours", () => {
  expect(complaints).toEqual([]);
});

const wanted = process.env.AGENTPR_TEST_SCREENSHOTS;
if (wanted !== undefined)
  test.each([
    ["runs", "/", "light"],
    ["run", "", "light"],
    ["run-dark", "", "dark"],
  ] as const)("the picture of %s is taken", async (name, path, colorScheme) => {
    const page = await runPage({ colorScheme, viewport: { width: 1_100, height: 900 } });
    await page.goto(`${stand.url}${path === "" ? `/runs/${run.id}` : path}`);
    await page.screenshot({ path: join(PROJECT_ROOT, "docs/pictures", `${name}.png`), scale: "css" });
  });

/** Texts with less contrast than 4.5 to 1, in the page's own colours. */
const FAINT = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""))
    .filter((element) => element.tagName !== "METER" && !element.classList.contains("skip"))
    .filter((element) => {
      const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    })
    .map((element) => element.outerHTML.slice(0, 120));
})()`;

/** Links, buttons and fields without a text or a label. */
const NAMELESS = `[...document.querySelectorAll("a, button, input:not([type=hidden]), meter, [role=region]")]
  .filter((element) => {
    const label = element.id && document.querySelector('label[for="' + element.id + '"]');
    return !(element.textContent.trim() || element.getAttribute("aria-label") || label);
  })
  .map((element) => element.outerHTML.slice(0, 120))`;
