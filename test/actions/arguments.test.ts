import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ACTIONS, type ActionName } from "../../src/actions/actions.ts";
import { argumentsOf } from "../../src/actions/arguments.ts";
import { findCommands } from "../../src/core/command.ts";
import { runs } from "../support/proof.ts";

function read(action: ActionName, text: string) {
  const [found] = findCommands(`/agentpr x ${text}`);
  const read = argumentsOf(action, found?.args ?? { positional: [], named: {} });
  return read.ok ? read.input : read.why;
}

test.each<[string, ActionName, string, object]>([
  ["a prompt and a base", "create", "prompt=v2 base=dev", { prompt_version: "v2", base: "dev" }],
  ["a state to resume to", "resume", "EXECUTING", { target_state: "EXECUTING" }],
  [
    "a state and a note",
    "retry",
    "executing keep the name",
    { target_state: "executing", note: "keep the name" },
  ],
  ["a note alone", "retry", "keep the name", { note: "keep the name" }],
  ["a state of old", "retry", "NEEDS_HUMAN_REVIEW", { target_state: "NEEDS_HUMAN_REVIEW" }],
  ["the start of a commit", "approve_pr", "1a2b3c4", { sha: "1a2b3c4" }],
  ["a reason of many words", "reject_pr", "far too many files", { reason: "far too many files" }],
  ["no reason", "reject_pr", "", {}],
  ["a run by name", "status", "run=run_1", { run: "run_1" }],
])("%s is understood", (_title, action, text, input) => expect(read(action, text)).toEqual(input));

test.each<[string, ActionName, string, string]>([
  ["a slip in a name", "create", "bas=dev", 'bas= means nothing here (did you mean "base"?)'],
  ["words that have no place", "status", "of everything", "“of everything” means nothing here"],
  ["another repository by the back door", "create", "owner=evil repo=x", "owner= means nothing here"],
  ["somebody else's request", "create", "request=x", "request= means nothing here"],
  ["a run's id of one's own", "create", "run_id=run_1", "run_id= means nothing here"],
])("%s is refused", (_title, action, text, why) => expect(read(action, text)).toContain(why));

test("whatever is written, only keys that the action has come out, and never those that front ends fill in", () => {
  const names = Object.keys(ACTIONS) as ActionName[];
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(
      "a=b",
      "run=",
      "--note",
      "=",
      '"',
      "'",
      "__proto__=1",
      "owner=x",
      "EXECUTING",
      "toString=1",
    ),
  );

  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(word, { maxLength: 8 }), (action, words) => {
      const [found] = findCommands(`/agentpr ${action} ${words.join(" ")}`.replace(/[\r\n]/g, " "));
      const read = argumentsOf(action, found?.args ?? { positional: [], named: {} });
      if (!read.ok) return;
      const parsed = ACTIONS[action].input.safeParse({ ...read.input });
      expect(
        Object.keys(read.input).filter((key) => ["owner", "repo", "request", "packet"].includes(key)),
      ).toEqual([]);
      expect(Object.getPrototypeOf(read.input)).toBe(Object.prototype);
      expect(typeof parsed.success).toBe("boolean");
    }),
    runs({ quick: 200, full: 50_000 }),
  );
});
