import { type Conversation, patch, promptHas, say, shell, slow, turn } from "../model/conversation.ts";
import { MANAGER } from "./manager-answers.ts";

export const ISSUE = {
  title: "Add weekday(date)",
  body: "It should give the English name of the day, such as `Sunday` for 2026-03-01. Please add tests.",
};

const TEST = `
test("weekday names the day", () => {
  assert.equal(weekday(new Date("2026-03-01T00:30:00Z")), "Sunday");
});
`;

const FIRST = [
  shell("cat CONTRIBUTING.md src/index.js test/index.test.js"),
  shell(`cat >> src/index.js <<'END'

const NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** "Sunday" for the first of March 2026. */
export function weekday(date) {
  return NAMES[date.getDay()];
}
END
sed -i 's/import { addDays, formatDay }/import { addDays, formatDay, weekday }/' test/index.test.js
cat >> test/index.test.js <<'END'
${TEST}END`),
  shell("node --test"),
  said("Add weekday(date)", "Adds weekday(date), which gives the English name of a date's day, with a test."),
] as const;

const FIX = [
  shell("grep -n getDay src/index.js && TZ=America/New_York node --test; true"),
  patch(
    "*** Update File: src/index.js\n@@\n-  return NAMES[date.getDay()];\n+  return NAMES[date.getUTCDay()];",
  ),
  shell("TZ=America/New_York node --test && node --test"),
  said(
    "Make weekday work in UTC everywhere",
    "getDay depends on the machine's time zone; getUTCDay does not.",
  ),
] as const;

const REVIEW = [
  shell("cat README.md"),
  shell("printf '%s\\n' '- `weekday(date)`: `\"Sunday\"`' >> README.md"),
  shell("node --test"),
  said("Document weekday in the README", "Adds weekday to the list of functions, as the reviewer asked."),
] as const;

function said(title: string, notes: string) {
  return say(JSON.stringify({ status: "pass", title, notes }));
}

/** The model of the main scenario; `thinkMs` makes its first answer slow enough to be interrupted. */
export function mainConversation({ thinkMs = 0 } = {}): Conversation {
  const [read, ...rest] = FIRST;
  const first = thinkMs > 0 ? slow(thinkMs, read) : read;
  return [
    ...MANAGER,
    turn(promptHas("A reviewer asked for changes"), REVIEW),
    turn(promptHas("Checks failed on the pull request"), FIX),
    turn(promptHas('"purpose": "execute"'), [first, ...rest]),
  ];
}

export const REVIEW_WORDS = "Nice. Please add weekday to the list in the README as well.";
