// The README as a reader follows it: the commands that stand in it, what each needs here, and a clone to type them in.

const FIRST = "## Try it";
const BEYOND = "## The life of a run";
const TYPED = /```bash\n(?<block>[\s\S]*?)```|`(?<span>(?:git clone|npm |npx agentpr |cp |chmod )[^`]*)`/g;

/** Every command from trying it to a runner on another machine, in the README's order and words. */
export function commandsIn(readme: string): string[] {
  const part = readme.slice(readme.indexOf(FIRST), readme.indexOf(BEYOND));
  return [...part.matchAll(TYPED)].flatMap(({ groups = {} }) =>
    (groups.block ?? groups.span ?? "")
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}
