import { expect, test } from "@jest/globals";
import { newsQuery } from "../../../src/github/fork/read-news.ts";

test("fifty pull requests are one query, and their names only variables", () => {
  const pulls = Array.from({ length: 50 }, (_, at) => ({ owner: `o${at}"}`, repo: "r", number: at + 1 }));

  const { query, variables } = newsQuery(pulls);

  expect(query.match(/repository\(owner: \$owner\d+, name: \$name\d+\)/g)).toHaveLength(50);
  expect(query).not.toContain('"');
  expect(variables).toMatchObject({ owner0: 'o0"}', name0: "r", number0: 1, number49: 50 });
  expect(Object.keys(variables)).toHaveLength(150);
  expect(query.split("{").length).toBe(query.split("}").length);
});
