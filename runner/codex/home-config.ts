type Skills = {
  /** The model is told of skills. */
  skills: boolean;
  /** Files of skills that are not ours, which Codex must not take. */
  foreign: readonly string[];
};

/** The `config.toml` of a run's CODEX_HOME. What it turns off either calls home, reads the person's things, or can act unseen. */
export function homeConfig({ skills, foreign }: Skills): string {
  return `# Written by agentpr before every attempt.
check_for_update_on_startup = false
allow_login_shell = false # a login shell would reset PATH
web_search = "disabled"
cli_auth_credentials_store = "file"

[skills]
include_instructions = ${skills} # whether they are listed; those of others are turned off below
[skills.bundled]
enabled = false
[agents]
enabled = false
[analytics]
enabled = false
[feedback]
enabled = false
[history]
persistence = "none"
[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"

[features]
apps = false
computer_use = false
browser_use = false
goals = false
hooks = false
image_generation = false
memories = false
plugins = false
remote_plugin = false
shell_snapshot = false
skill_mcp_dependency_install = false
unbounded_connection_retries = false # a lost network would otherwise be waited for without end
${foreign.map(turnedOff).join("")}`;
}

/** A JSON string is a TOML basic string, but for one character. */
function turnedOff(path: string): string {
  const text = JSON.stringify(path).replaceAll("\u007f", "\\u007f");
  return `\n[[skills.config]]\npath = ${text}\nenabled = false\n`;
}
