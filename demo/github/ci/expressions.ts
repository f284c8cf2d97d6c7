const GITHUB: Readonly<Record<string, string>> = {
  sha: "GITHUB_SHA",
  ref: "GITHUB_REF",
  repository: "GITHUB_REPOSITORY",
  event_name: "GITHUB_EVENT_NAME",
  run_id: "GITHUB_RUN_ID",
  workspace: "GITHUB_WORKSPACE",
};

/** Fills in `${{ github.x }}` and `${{ env.X }}`; anything else is empty, as an unknown context is on GitHub. */
export function fillIn(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\{\{\s*(\w+)\.(\w+)\s*\}\}|\$\{\{[^}]*\}\}/g,
    (_all, context?: string, name?: string) => {
      if (context === "env") return env[name ?? ""] ?? "";
      return context === "github" ? (env[GITHUB[name ?? ""] ?? ""] ?? "") : "";
    },
  );
}
