import { expect, test } from "@jest/globals";
import { agreementOf, isDeclined, withContract } from "../../../runner/attempt/agreement.ts";
import { Contract, type ContractOutcome } from "../../../src/core/contract.ts";
import { sampleSpec } from "../../core/sample-spec.ts";

const contractOf = (decision: Contract["decision"], ...reasons: string[]): ContractOutcome => ({
  kind: "valid",
  contract: Contract.parse({ decision, reasons }),
});
const GO = contractOf("proceed", "small");
const SKIP = contractOf("skip", "done");
const INVALID: ContractOutcome = { kind: "invalid", problems: ["decision: which?"] };

function worked(contract: ContractOutcome | null, said: unknown) {
  return { contract, lastMessage: JSON.stringify({ status: "pass", title: "t", notes: "", contract: said }) };
}

const SAYS_REVIEW = { decision: "needs_review", reasons: ["two ways"] };

test.each<[string, ContractOutcome | null, unknown, string | null, boolean]>([
  ["none was asked for and none said", null, null, null, false],
  ["one that was said", null, { decision: "proceed" }, "proceed", false],
  ["one that was said and declines", null, SAYS_REVIEW, "needs_review", true],
  ["one that was said and is not valid counts for nothing", null, { decision: "go" }, null, false],
  ["one that was asked for", GO, null, "proceed", false],
  ["one that was asked for and declines", SKIP, null, "skip", true],
  ["one that was asked for and is not valid", INVALID, null, "invalid", true],
  ["one that was asked for stands before one that is said", GO, { decision: "proceed" }, "proceed", false],
  ["what was said later may stop the work", GO, SAYS_REVIEW, "needs_review", true],
  ["what was said later lets nothing go on", SKIP, { decision: "proceed" }, "skip", true],
  ["what was said later mends nothing", INVALID, SAYS_REVIEW, "invalid", true],
])("%s", (_title, asked, said, decision, declined) => {
  const { verdict } = agreementOf(worked(asked, said));

  expect(verdict?.decision ?? null).toBe(decision);
  expect(isDeclined(verdict)).toBe(declined);
});

test("the report keeps a contract that was said and is not valid", () => {
  expect(agreementOf(worked(null, { decision: "go" })).contract).toMatchObject({ kind: "invalid" });
});

test.each([
  ["goes on", GO, "small"],
  ["declines", SKIP, undefined],
  ["is not valid", INVALID, undefined],
  ["is none", null, undefined],
])("a contract that %s is in force only if it lets the work go on", (_title, contract, reason) => {
  const { spec } = withContract({ spec: sampleSpec() }, contract);

  expect(spec.packet.contract?.reasons[0]).toBe(reason);
});
