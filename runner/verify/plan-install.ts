/** The file that pins a project's dependencies → the command that installs exactly those. */
const BY_LOCK_FILE: readonly (readonly [file: string, command: string])[] = [
  ["package-lock.json", "npm ci"],
  ["npm-shrinkwrap.json", "npm ci"],
  ["pnpm-lock.yaml", "pnpm install --frozen-lockfile"],
  ["yarn.lock", "yarn install --frozen-lockfile"],
  ["bun.lock", "bun install --frozen-lockfile"],
  ["bun.lockb", "bun install --frozen-lockfile"],
  ["uv.lock", "uv sync --frozen"],
  ["poetry.lock", "poetry install --no-interaction"],
  ["pdm.lock", "pdm sync"],
  ["Pipfile.lock", "pipenv sync --dev"],
  ["Gemfile.lock", "bundle install"],
  ["composer.lock", "composer install --no-interaction"],
  ["mix.lock", "mix deps.get"],
];

/** What installs the dependencies of a project whose root holds these files; empty when nothing is known to be needed. */
export function installCommands(paths: readonly string[]): string[] {
  const present = new Set(paths);
  return [...new Set(BY_LOCK_FILE.filter(([file]) => present.has(file)).map(([, command]) => command))];
}

/** Of somebody's commands those that install exactly what a lock file pins; no other one is run for them. */
export function knownInstalls(commands: readonly string[]): string[] {
  const known = new Set(BY_LOCK_FILE.map(([, command]) => command));
  return [...new Set(commands.map((command) => command.trim().replace(/\s+/g, " ")))].filter((command) =>
    known.has(command),
  );
}
