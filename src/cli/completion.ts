export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Each hands the words so far to `agentpr completion --words`, which knows the commands and asks the database for runs. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_agentpr() {
  local words
  words="$(agentpr completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _agentpr agentpr`,
  zsh: `#compdef agentpr
_agentpr() {
  local -a found
  found=("\${(@f)$(agentpr completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _agentpr agentpr`,
  fish: `complete -c agentpr -f -a '(agentpr completion --words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

const GLOBAL = ["--json", "--db", "--policy-file", "--settings-file", "--skip-doctor", "--help"];

type Known = {
  commands: readonly string[];
  options: readonly string[];
  runs: readonly string[];
  takesRun: boolean;
};

/** The words that may stand at the end of the line; the last of `words` is the one that is being written. */
export function completions(
  words: readonly string[],
  { commands, options, runs, takesRun }: Known,
): string[] {
  const [current = "", before = ""] = words.toReversed();
  const fits = (all: readonly string[]) => all.filter((word) => word.startsWith(current));
  if (!words.slice(0, -1).some((word) => commands.includes(word)) && before !== "--run-id")
    return fits(current.startsWith("-") ? GLOBAL : commands);
  if (before === "--run-id") return fits(runs);
  if (current.startsWith("-")) return fits([...options, ...GLOBAL]);
  return takesRun ? fits(runs) : [];
}
