import { expect, test } from "@jest/globals";
import { isRoleAtLeast, ROLES } from "../../src/core/role.ts";

test("a role is at least every weaker one and itself, and none that is stronger", () => {
  const matrix = ROLES.map((role) => ROLES.map((needed) => isRoleAtLeast(role, needed)));

  expect(matrix).toEqual(ROLES.map((_, role) => ROLES.map((_, needed) => role >= needed)));
});
