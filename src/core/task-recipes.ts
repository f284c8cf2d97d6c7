type Rule = { needs: string[]; lines: string[] };

const MAKE_RULE = /^([^\s:#=][^:#=]*?)\s*::?(?!=)\s*([^#;]*)(?:;\s*(.*))?$/;
const JUST_RULE = /^@?([A-Za-z_][\w-]*)(?:\s[^:]*)?:(?!=)\s*(.*)$/;
const MOST_RULES = 500;

/** The targets of a Makefile as shell scripts: what they need first, then what they do. */
export function makeRecipes(text: string): Record<string, string> {
  const rules = readRules(text, MAKE_RULE, /^\t/);
  return scriptsOf(rules, "make", (line) => line.replace(/\$[({]MAKE[)}]/g, "make"));
}

/** The recipes of a justfile, likewise. */
export function justRecipes(text: string): Record<string, string> {
  return scriptsOf(readRules(text, JUST_RULE, /^[ \t]+/), "just", (line) => line);
}

function readRules(text: string, header: RegExp, indent: RegExp): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  let open: Rule[] = [];
  for (const line of text.replace(/\\\r?\n[ \t]*/g, " ").split(/\r?\n/)) {
    if (indent.test(line)) {
      for (const rule of open) rule.lines.push(line.trim());
      continue;
    }
    const [, targets, needs = "", first] = header.exec(line.slice(0, 2_000)) ?? [];
    if (targets === undefined) {
      if (line.trim() !== "" && !line.startsWith("#")) open = [];
      continue;
    }
    open = targets.split(/\s+/).map((name) => ruleOf(rules, name));
    for (const rule of open) {
      rule.needs.push(...needs.split(/\s+/).filter((need) => /^[\w-]+$/.test(need)));
      if (first) rule.lines.push(first);
    }
    if (rules.size > MOST_RULES) break;
  }
  return rules;
}

function ruleOf(rules: Map<string, Rule>, name: string): Rule {
  const rule = rules.get(name) ?? { needs: [], lines: [] };
  rules.set(name, rule);
  return rule;
}

function scriptsOf(
  rules: ReadonlyMap<string, Rule>,
  runner: "make" | "just",
  plain: (line: string) => string,
): Record<string, string> {
  const scripts = [...rules].map(([name, { needs, lines }]) => {
    // A file that is only needed has no rule of its own that does anything.
    const first = needs.filter((need) => need !== name && rules.has(need)).map((need) => `${runner} ${need}`);
    return [name, [...first, ...lines.map((line) => recipeLine(plain(line)))].join("\n")] as const;
  });
  return Object.fromEntries(scripts.filter(([name]) => !name.startsWith(".")));
}

/** `@` keeps a line quiet; after `-` its failure does not count. */
function recipeLine(line: string): string {
  const [, marks = "", command = ""] = /^([@+-]*)\s*(.*)$/s.exec(line) ?? [];
  return marks.includes("-") ? `${command} || true` : command;
}
