import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { findCommands, MAX_COMMANDS, recognise } from "../../src/core/command.ts";

function namesIn(text: string): string[] {
  return findCommands(text).map(({ name }) => name);
}

test.each([
  ["a command", "/agentpr run", ["run"]],
  ["the bare word asks for help", "/agentpr", ["help"]],
  ["up to three spaces before it", "   /agentpr   run", ["run"]],
  ["in any case", "/AgentPR Request-PR", ["request_pr"]],
  ["between paragraphs", "Please do.\n\n/agentpr run\n\nThanks!", ["run"]],
  ["right under a paragraph", "Please do.\n/agentpr run", ["run"]],
  ["two on two lines", "/agentpr pause\n/agentpr resume", ["pause", "resume"]],
  ["Windows line ends", "Hi\r\n/agentpr run\r\nbye", ["run"]],
  ["old line ends", "Hi\r/agentpr run", ["run"]],
  ["after a closed fence", "```\nx\n```\n/agentpr run", ["run"]],
  ["after a quote and a blank line", "> said\n\n/agentpr run", ["run"]],
  ["after a closed comment", "<!-- x -->\n/agentpr run", ["run"]],
  ["beside inline code", "/agentpr retry `npm test`", ["retry"]],
  ["after a paragraph that talks of <code> in code", "About `<code>` and `<!--`:\n/agentpr run", ["run"]],
  ["after an unpaired backtick", "It's 5` long\n\n/agentpr run", ["run"]],
  ["in an opened part", "<details>\n\n/agentpr run\n\n</details>", ["run"]],
])("%s is found", (_title, text, names) => expect(namesIn(text)).toEqual(names));

test.each([
  ["in the middle of a line", "please /agentpr run"],
  ["another word that begins the same", "/agentprx run"],
  ["a path", "/agentpr/run"],
  ["without its slash", "agentpr run"],
  ["in a quote", "> /agentpr run"],
  ["in a quote of a quote", "> > /agentpr run"],
  ["in a quote within a list", "- > x\n  > /agentpr run"],
  ["a line that a quote still holds", "> said\n/agentpr run"],
  ["in a fence", "```\n/agentpr run\n```"],
  ["in a fence with a language", "```sh\n/agentpr run\n```"],
  ["in a fence of tildes", "~~~\n/agentpr run\n~~~"],
  ["in a fence that is never closed", "```\n/agentpr run"],
  ["in a long fence with a short one inside", "````\n```\n/agentpr run\n```\n````"],
  ["in a fence closed by the other kind", "~~~\n```\n/agentpr run"],
  ["in a fence whose end is too far in", "```\n    ```\n/agentpr run\n```"],
  ["in a fence in a list", "- ```\n  /agentpr run\n  ```"],
  ["in a fence far in", "1. x\n\n    ```\n    a\n/agentpr run"],
  ["in code by four spaces", "    /agentpr run"],
  ["in code by a tab", "\t/agentpr run"],
  ["in code by a space and a tab", " \t/agentpr run"],
  ["in inline code", "`/agentpr run`"],
  ["in inline code over lines", "`a\n/agentpr run\nb`"],
  ["in double inline code over lines", "``a ` b\n/agentpr run ``"],
  ["in a comment", "<!-- /agentpr run -->"],
  ["in a comment over lines", "<!--\n/agentpr run\n-->"],
  ["in a comment over paragraphs", "<!--\n\n/agentpr run\n\n-->"],
  ["in a comment within a paragraph", "text <!-- a\n/agentpr run\n--> more"],
  ["in a comment that is never closed", "<!--\n/agentpr run"],
  ["behind a comment on its line", "<!-- x --> /agentpr run"],
  ["behind the end of a comment", "text <!-- a\n--> /agentpr run"],
  ["in a processing instruction", "<?\n/agentpr run\n?>"],
  ["in a declaration", "<!X\n/agentpr run\n>"],
  ["in <pre>", "<pre>\n/agentpr run\n</pre>"],
  ["in <blockquote>", "<blockquote>\n\n/agentpr run\n\n</blockquote>"],
  ["in <code> over lines", "<code>a\n/agentpr run\n</code>"],
  ["in a list item", "- /agentpr run"],
  ["in a heading", "# /agentpr run"],
  ["in a table", "| /agentpr run |"],
  ["behind a zero-width space", "\u200b/agentpr run"],
  ["with a zero-width space inside", "/agent\u200bpr run"],
  ["behind a right-to-left mark", "\u200f/agentpr run"],
  ["escaped", "\\/agentpr run"],
  ["with a look-alike slash", "∕agentpr run"],
])("%s is no command", (_title, text) => expect(namesIn(text)).toEqual([]));

test.each([
  ["words", "/agentpr resume EXECUTING now", { positional: ["EXECUTING", "now"], named: {} }],
  ["pairs", "/agentpr run prompt=v2 draft=true", { positional: [], named: { prompt: "v2", draft: "true" } }],
  [
    "quoted values",
    '/agentpr retry note="try the other API"',
    { positional: [], named: { note: "try the other API" } },
  ],
  ["quoted words", "/agentpr retry 'the first' second", { positional: ["the first", "second"], named: {} }],
  ["curly quotes", "/agentpr retry note=“so be it”", { positional: [], named: { note: "so be it" } }],
  ["escaped quotes", '/agentpr x "a \\"b\\" \\\\ c"', { positional: ['a "b" \\ c'], named: {} }],
  [
    "dashes as on the command line",
    "/agentpr run --prompt-version=v3",
    { positional: [], named: { prompt_version: "v3" } },
  ],
  [
    "an option and its value apart, as on the command line",
    '/agentpr retry --budget +500k --note "once more" EXECUTING',
    { positional: ["EXECUTING"], named: { budget: "+500k", note: "once more" } },
  ],
  ["an amount of money", "/agentpr retry --budget +$5", { positional: [], named: { budget: "+$5" } }],
  [
    "two dashes alone are words",
    "/agentpr cancel -- it is done",
    { positional: ["--", "it", "is", "done"], named: {} },
  ],
  [
    "an address with = in it",
    "/agentpr x https://a.example/?b=c",
    { positional: ["https://a.example/?b=c"], named: {} },
  ],
  ["an apostrophe", "/agentpr reject don't 'cause", { positional: ["don't", "'cause"], named: {} }],
  ["an empty value", "/agentpr x a= b", { positional: ["b"], named: { a: "" } }],
  [
    "no inherited names",
    "/agentpr x __proto__=1 constructor=2",
    { positional: ["__proto__=1"], named: { constructor: "2" } },
  ],
  ["a comment at its end", "/agentpr run <!-- hush -->", { positional: [], named: {} }],
])("arguments: %s", (_title, text, args) => {
  const [found] = findCommands(text);

  expect(found?.args).toEqual(args);
  expect(found?.problem).toBeNull();
});

test("an option without its value is said", () => {
  expect(findCommands("/agentpr retry --budget")[0]?.problem).toBe("--budget lacks its value");
});

test("a quotation mark that is not closed is said, not guessed", () => {
  const [found] = findCommands('/agentpr retry note="never closed');

  expect(found).toMatchObject({ name: "retry", problem: "a quotation mark is not closed" });
});

test("the line is kept for the answer that quotes it", () => {
  expect(findCommands("  /agentpr  frobnicate x  ")[0]?.line).toBe("/agentpr  frobnicate x");
});

test("no more than five commands of a comment are read", () => {
  expect(findCommands("/agentpr status\n".repeat(40))).toHaveLength(MAX_COMMANDS);
});

test.each([
  ["status", { known: true, name: "status" }],
  ["statsu", { known: false, name: "statsu", didYouMean: "status" }],
  ["frobnicate", { known: false, name: "frobnicate", didYouMean: null }],
])("recognises %s", (name, expected) => {
  expect(recognise(name, ["status", "pause", "resume"])).toEqual(expected);
});

test("no text makes it throw, hang, or find a command within a fence", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "`",
          "```",
          "<!--",
          "-->",
          ">",
          " ",
          "\n",
          "/agentpr x",
          "a",
          "\t",
          "-",
          "<pre>",
          '"',
          "=",
          "'",
        ),
      ),
      (parts) => {
        const text = parts.join("");

        expect(findCommands(text).length).toBeLessThanOrEqual(MAX_COMMANDS);
        expect(findCommands(`~~~~~~~~\n${text.replaceAll("~", "")}`)).toEqual([]);
      },
    ),
  );
});

test("a comment of the greatest size is read in no time", () => {
  const started = performance.now();

  for (const piece of ["`", "<!--", "> ", "/agentpr '", "``` ", "<code>", "- "])
    findCommands(piece.repeat(65_536 / piece.length));
  for (const piece of ["`a\n", "<!-- a\n", '/agentpr a="\n'])
    findCommands(piece.repeat(65_536 / piece.length));

  expect(performance.now() - started).toBeLessThan(2_000);
});
