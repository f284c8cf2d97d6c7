import { join } from "node:path";
import type { LocalGitHub } from "./github/start-local-github.ts";
import { person } from "./person.ts";

/** The sample repository on the local GitHub, and the people who look after it. */
export async function makeRepository(github: LocalGitHub) {
  github.addUser("tidy", { type: "Organization" });
  const [ada, grace] = [github.addUser("ada"), github.addUser("grace")];
  const { gitDir } = await github.addRepository({
    owner: "tidy",
    name: "tidy-dates",
    from: join(import.meta.dirname, "sample"),
    collaborators: { ada: "admin", grace: "write" },
  });
  github.install("tidy");
  return {
    repository: { owner: "tidy", repo: "tidy-dates", gitDir },
    people: { ada: person(github, ada), grace: person(github, grace) },
  };
}
