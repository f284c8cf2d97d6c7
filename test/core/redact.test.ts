import { expect, test } from "@jest/globals";
import { withoutTokens } from "../../src/core/redact.ts";

test.each([
  ["a classic token", `x ghp_${"a1".repeat(20)} y`, "x ghp_… y"],
  ["a fine-grained token", `github_pat_${"a1_".repeat(20)}`, "github_pat_…"],
  ["an installation's long token", `"ghs_${"a.b-c".repeat(20)}"`, '"ghs_…"'],
  ["words that only begin so", "ghp_short and ghost", "ghp_short and ghost"],
])("%s", (_title, text, shown) => expect(withoutTokens(text)).toBe(shown));
