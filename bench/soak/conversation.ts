import { anything, type Conversation, say, shell, turn } from "../../demo/model/conversation.ts";

/** One more number and its test: a change that is always possible, and never the same twice in one repository. */
export const SOAK_CONVERSATION: Conversation = [
  turn(anything, [
    shell(`n=$(wc -l < src/index.js)
printf 'export const number%s = () => %s;\\n' "$n" "$n" >> src/index.js
printf '\\ntest("number%s is %s", () => assert.equal(numbers.number%s(), %s));\\n' "$n" "$n" "$n" "$n" >> test/index.test.js`),
    say(
      JSON.stringify({ status: "pass", title: "Add a number", notes: "Adds the next number, with a test." }),
    ),
  ]),
];
