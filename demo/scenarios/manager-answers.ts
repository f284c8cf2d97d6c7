import { INSTRUCTIONS } from "../../src/manager/instructions.ts";
import { answer, type Conversation, turn } from "../model/conversation.ts";
import type { ModelRequest } from "../model/model-request.ts";

type Name = keyof typeof INSTRUCTIONS;

/** Recognises a question of the manager by what the model is told to do. */
function asks(name: Name, piece = ""): (request: ModelRequest) => boolean {
  return ({ messages, prompt }) =>
    messages.some(({ role, text }) => role === "system" && text.startsWith(INSTRUCTIONS[name])) &&
    prompt.includes(piece);
}

const reason = "That is what the facts say.";
const agree = (decision: string) =>
  turn(asks("choose_decision", `"rules_would":"${decision}"`), [
    answer("choose_decision", { decision, reason }),
  ]);

/** What the manager's model answers where it is asked: it agrees with the rules, and has what reviewers ask for done. */
export const MANAGER: Conversation = [
  ...["start", "attempt", "ready", "publish"].map(agree),
  turn(asks("triage_review"), [
    answer("triage_review", {
      threads: [
        { id: "review", action: "fix", reply: "Added to the list.", reason: "It asks for a change." },
      ],
    }),
  ]),
  turn(asks("diagnose_failure"), [
    answer("diagnose_failure", {
      ...{ retry: true, where: "go_on", reason },
      modified_instructions: "Run the tests in another time zone as well.",
    }),
  ]),
  turn(asks("explain_card", "pause"), [
    answer("explain_card", {
      why: "It goes on by itself; what it waits for stands above.",
      suggestions: [{ action: "pause", reason: "Only if it should not go on." }],
    }),
  ]),
  turn(asks("explain_card"), [
    answer("explain_card", { why: "It is over, unless somebody wants more of it.", suggestions: [] }),
  ]),
  turn(asks("fill_template"), [
    answer("fill_template", {
      sections: [{ section: "what", text: "`weekday(date)` gives the English name of a day." }],
    }),
  ]),
  turn(asks("grade_output"), [answer("grade_output", { verdict: "review", reason })]),
];
