const TOKENS = /\*\*\/?|\*|\?|\+|\[[^\]]*\]|\\.|[^*?+[\]\\]+|./g;

/** GitHub's branch filters: patterns in order, `!` takes matches out again. Null when a pattern cannot be read. */
export function globList(patterns: readonly string[], branch: string): boolean | null {
  let matched = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    const expression = filterExpression(negative ? pattern.slice(1) : pattern);
    if (expression === null) return null;
    if (expression.test(branch)) matched = !negative;
  }
  return matched;
}

/** `*` stays within a name, `**` spans names, `?` and `+` repeat what stands before them, `[]` is a set. */
function filterExpression(pattern: string): RegExp | null {
  const source = (pattern.match(TOKENS) ?? []).map(translate).join("");
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function translate(token: string): string {
  if (token === "**/") return "(?:.*/)?";
  if (token === "**") return ".*";
  if (token === "*") return "[^/]*";
  if (token === "?" || token === "+" || token.startsWith("[") || token.startsWith("\\")) return token;
  return token.replace(/[.^$(){}|]/g, "\\$&");
}
