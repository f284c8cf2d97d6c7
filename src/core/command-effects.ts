import { type SimpleCommand, simpleCommands } from "./shell-words.ts";
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
  return redirects(line) || simpleCommands(line).some(callMayEdit);
}

/** Whether a line may change files after its last test, so that the test is about another tree. */
export function editsAfterTests(line: string): boolean {
  const calls = simpleCommands(line);
  const after = calls.slice(calls.findLastIndex((call) => classifyCall(call, {}) === "test") + 1);
  return after.some(callMayEdit) || (after.length > 0 && redirects(line));
}

function redirects(line: string): boolean {
  return line.replace(HARMLESS_OUTPUT, "").includes(">");
}

/** The same of one program call, whatever it is redirected into. */
export function callMayEdit(call: SimpleCommand): boolean {
  const [program = "", ...args] = call.words;
  const name = program.split("/").at(-1) ?? "";
  const checks = classifyCall(call, {}) !== "other";
  if (checks) return args.some((arg) => FIXES.test(arg));
  return !READERS.has(name) || args.some((arg) => WRITES[name]?.test(arg) ?? false);
}
