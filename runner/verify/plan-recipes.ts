import { justRecipes, makeRecipes } from "../../src/core/task-recipes.ts";
import type { Recipes } from "../../src/core/test-command-tasks.ts";

/** In the order in which the programs themselves look for their file. */
const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];
const JUSTFILES = ["justfile", "Justfile", ".justfile"];

/** The recipes that the project's own files hold; a runner without a file has none to read. */
export function fileRecipes(files: ReadonlyMap<string, string>): Recipes {
  const [make, just] = [MAKEFILES, JUSTFILES].map((names) =>
    names.map((name) => files.get(name)).find((text) => text !== undefined),
  );
  return {
    ...(make === undefined ? {} : { make: makeRecipes(make) }),
    ...(just === undefined ? {} : { just: justRecipes(just) }),
  };
}
