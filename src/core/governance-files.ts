import { z } from "zod";

const paths = z.array(z.string());
export const Groups = z.object({
  agents: paths,
  contributing: paths,
  pr_templates: paths,
  ci_workflows: paths,
  readme: paths,
  dev_setup: paths,
  codeowners: paths,
  code_of_conduct: paths,
  style_configs: paths,
  licence: paths,
  governance_candidates: paths,
});
export type Groups = z.infer<typeof Groups>;
type Group = keyof Groups;

export const MOST_PATHS = 60;
/** The root and where GitHub looks for such files: elsewhere the same names mean other things. */
const PRIMARY = /^(?:\.github\/|docs?\/)?[^/]+$|^\.github\//i;
const TEXT = /(?:^|\/)[^/.]+$|\.(?:md|markdown|mdx|rst|txt|adoc)$/i;
const WORDS = "contrib|govern|maintain|develop|setup|install|workflow|testing|test|pull_request|pr_template";

type Rule = { group: Group; name: RegExp; text: boolean; anywhere?: true };
/** Names and paths in lower case. */
const RULES: readonly Rule[] = [
  { group: "agents", name: /(^|\/)(agents|claude|gemini|copilot-instructions)\.md$/, text: false },
  { group: "contributing", name: /(^|\/)contributing[^/]*$/, text: true },
  { group: "pr_templates", name: /pull_request_template|pr_template/, text: true },
  { group: "ci_workflows", name: /^\.github\/workflows\/[^/]+\.ya?ml$/, text: false, anywhere: true },
  {
    group: "ci_workflows",
    name: /^(\.gitlab-ci\.yml|\.circleci\/config\.yml|jenkinsfile|azure-pipelines\.yml)$/,
    text: false,
    anywhere: true,
  },
  { group: "readme", name: /(^|\/)readme[^/]*$/, text: true },
  { group: "dev_setup", name: /(^|\/)(develop|development|setup|hacking|install)[^/]*$/, text: true },
  { group: "codeowners", name: /(^|\/)codeowners$/, text: false },
  { group: "code_of_conduct", name: /(^|\/)code[-_]of[-_]conduct[^/]*$/, text: true },
  {
    group: "style_configs",
    name: /(^|\/)(\.editorconfig|\.?ruff\.toml|\.eslintrc[^/]*|eslint\.config\.[^/]+|\.prettierrc[^/]*|biome\.jsonc?|rustfmt\.toml|\.golangci\.ya?ml|\.clang-format|\.rubocop\.yml|\.pre-commit-config\.yaml)$/,
    text: false,
  },
  { group: "licence", name: /(^|\/)(licen[cs]e|copying)[^/]*$/, text: true },
  {
    group: "governance_candidates",
    name: new RegExp(
      `(^|/)(?:[^/]*(?:${WORDS})[^/]*|(?:ai|llm|bot)[-_ ]?(?:policy|usage|contributions?)[^/]*)$`,
    ),
    text: true,
  },
];
/** Groups whose texts are read, those that say most first. */
const READ: readonly Group[] = [
  "contributing",
  "pr_templates",
  "agents",
  "governance_candidates",
  "dev_setup",
  "code_of_conduct",
  "readme",
  "licence",
];

export function groupPaths(all: readonly string[]): Groups {
  const sorted = all.toSorted(byPlace);
  return Object.fromEntries(
    Object.keys(Groups.shape).map((group) => [group, sorted.filter((path) => isIn(group as Group, path))]),
  ) as Groups;
}

/** The paths whose text the scan needs, most telling first. */
export function governanceTexts(all: readonly string[], most: number): string[] {
  const groups = groupPaths(all);
  return [...new Set(READ.flatMap((group) => groups[group]))].slice(0, most);
}

function isIn(group: Group, path: string): boolean {
  const lower = path.toLowerCase();
  return RULES.some(
    (rule) =>
      rule.group === group &&
      (rule.anywhere === true || PRIMARY.test(path)) &&
      (!rule.text || TEXT.test(path)) &&
      rule.name.test(lower),
  );
}

/** Root, .github, docs, the rest; then the less deep; then by name. */
function byPlace(a: string, b: string): number {
  return placeOf(a) - placeOf(b) || depth(a) - depth(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function placeOf(path: string): number {
  if (!path.includes("/")) return 0;
  return path.startsWith(".github/") ? 1 : /^docs?\//.test(path) ? 2 : 3;
}

function depth(path: string): number {
  return path.split("/").length;
}

const TEMPLATES: readonly RegExp[] = [
  /^\.github\/pull_request_template\.(md|txt|rst)$/i,
  /^\.github\/pull_request_template\//i,
  /^\.github\//i,
  /pull_request_template/i,
  /pr_template/i,
];

/** The template that GitHub would offer first. */
export function primaryPullTemplate(templates: readonly string[]): string | null {
  const found = TEMPLATES.map((place) => templates.find((path) => place.test(path)));
  return found.find((path) => path !== undefined) ?? null;
}
