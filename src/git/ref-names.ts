const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids exactly these in a ref
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^-|^\/|^@$/;

/** A full object name; abbreviations and names are never taken for one. */
export function isSha(text: string): boolean {
  return SHA.test(text);
}

/** git-check-ref-format's rules for a branch, so that no name can be an option, a range or a way out. */
export function isBranchName(name: string): boolean {
  if (name === "" || name.length > 200 || FORBIDDEN.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}

export function branchRef(name: string): string {
  if (!isBranchName(name)) throw new TypeError(`Not a branch name: ${JSON.stringify(name)}`);
  return `refs/heads/${name}`;
}

export function sureSha(text: string): string {
  if (!isSha(text)) throw new TypeError(`Not a full commit name: ${JSON.stringify(text)}`);
  return text;
}
