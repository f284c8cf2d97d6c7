import { simpleCommands } from "./shell-words.ts";
import { classifyCall } from "./test-command.ts";

const READERS: ReadonlySet<string> = new Set(
  "cat head tail less more ls tree pwd cd wc grep egrep fgrep rg ag find fd stat file which type whereis du df diff cmp echo printf true false : test [ env date uname whoami id nl sort uniq cut tr jq yq sed awk git sleep export set source . ps printenv basename dirname realpath readlink md5sum sha256sum xxd od strings".split(
    " ",
  ),
);
/** A reader that is told to write. */
const WRITES: Readonly<Record<string, RegExp>> = {
  sed: /^(-[a-zA-Z]*i|--in-place)/,
  awk: /inplace/,
  find: /^-(delete|exec|execdir|ok|okdir|fprint\w*|fls)$/,
  fd: /^(-x|-X|--exec(-batch)?)$/,
  sort: /^(-o|--output)/,
  yq: /^(-i|--inplace)/,
  tree: /^-o/,
  git: /^(apply|am|checkout|switch|restore|reset|stash|clean|merge|rebase|cherry-pick|revert|mv|rm|pull|commit|worktree|submodule|init|clone)$/,
};
const FIXES =
  /^(--fix(=.*)?|--write|--apply(-unsafe)?|-w|-u|--update(Snapshot)?|--snapshot-update|--auto-correct|-a|-A|--unsafe-fixes)$/;
const HARMLESS_OUTPUT = /\d*>&\d|[\d&]*>>?\s*\/dev\/(null|stdout|stderr)/g;

/** Whether a command may have changed files. Whatever is not known to only read or check, may. */
export function mayEdit(line: string): boolean {
  if (line.replace(HARMLESS_OUTPUT, "").includes(">")) return true;
  return simpleCommands(line).some((command) => {
    const [program = "", ...args] = command.words;
    const name = program.split("/").at(-1) ?? "";
    if (args.some((arg) => FIXES.test(arg)) && classifyCall(command, {}) !== "other") return true;
    if (classifyCall(command, {}) !== "other") return false;
    return !READERS.has(name) || args.some((arg) => WRITES[name]?.test(arg) ?? false);
  });
}
