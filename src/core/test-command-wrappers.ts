type Wrapper = {
  /** The subcommand that makes it one, when it is not always one. */
  sub?: readonly string[];
  /** Options that take the next word. */
  takes?: readonly string[];
  /** Plain words of its own before the command it runs. */
  own?: number;
};

/** Programs that run another program, named after their own options. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { takes: ["-u", "-C", "--unset", "--chdir"] },
  sudo: { takes: ["-u", "-g", "-C"] },
  timeout: { takes: ["-s", "-k", "--signal", "--kill-after"], own: 1 },
  gtimeout: { takes: ["-s", "-k"], own: 1 },
  nice: { takes: ["-n"] },
  ionice: { takes: ["-c", "-n"] },
  stdbuf: { takes: ["-o", "-e", "-i"] },
  "xvfb-run": { takes: ["-s", "-n", "-e", "--server-args", "--server-num"] },
  nohup: {},
  command: { takes: [] },
  exec: {},
  time: {},
  setsid: {},
  npx: { takes: ["-p", "--package", "-w", "--workspace", "--prefix"] },
  bunx: {},
  pnpx: {},
  npm: { sub: ["exec", "x"], takes: ["--package", "-w", "--workspace"] },
  pnpm: { sub: ["exec", "dlx"], takes: ["--filter", "-F", "--package", "-C", "--dir"] },
  yarn: { sub: ["exec", "dlx"], takes: ["-p", "--package"] },
  bun: { sub: ["x"] },
  uv: {
    sub: ["run"],
    takes: ["--with", "--python", "-p", "--extra", "--group", "--env-file", "--directory", "--package"],
  },
  uvx: { takes: ["--with", "--from", "--python", "-p"] },
  poetry: { sub: ["run"], takes: ["-C", "--directory"] },
  pipenv: { sub: ["run"] },
  pipx: { sub: ["run"], takes: ["--spec"] },
  conda: { sub: ["run"], takes: ["-n", "--name", "-p", "--prefix"] },
  micromamba: { sub: ["run"], takes: ["-n", "-p"] },
  bundle: { sub: ["exec"] },
  direnv: { sub: ["exec"], own: 1 },
  mise: { sub: ["exec", "x"] },
  c8: { takes: ["-r", "--reporter", "-o", "--include", "--exclude"] },
  nyc: { takes: ["-r", "--reporter", "--include", "--exclude"] },
  "cross-env": {},
  "cross-env-shell": {},
  dotenv: { takes: ["-e"] },
};
const MOST_WRAPPED = 8;

/** The words of the command that a chain of wrappers ends in: `timeout 60 npx jest` → `jest`. */
export function unwrapped(words: readonly string[]): readonly string[] {
  let left = words;
  for (let depth = 0; depth < MOST_WRAPPED; depth++) {
    const inner = unwrapOnce(left);
    if (inner === null) return left;
    left = inner;
  }
  return left;
}

export function programName(word: string | undefined): string {
  const name = word?.split(/[/\\]/).at(-1) ?? "";
  return name.replace(/\.(exe|cmd|bat|ps1)$/i, "");
}

function unwrapOnce(words: readonly string[]): readonly string[] | null {
  const wrapper = WRAPPERS[programName(words[0])];
  if (!wrapper || words.length < 2) return null;
  const { sub, takes = [], own = 0 } = wrapper;
  let at = skipOptions(words, 1, takes);
  if (sub) {
    if (!sub.includes(words[at] ?? "")) return null;
    at = skipOptions(words, at + 1, takes);
  }
  const rest = words.slice(skipOptions(words, at + own, takes));
  return rest.length > 0 ? rest : null;
}

/** Options, what they take, and variables set on the way. */
function skipOptions(words: readonly string[], start: number, takes: readonly string[]): number {
  let at = start;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return at + 1;
    if (takes.includes(word)) at++;
    else if (!word.startsWith("-") && !/^[A-Za-z_]\w*=/.test(word)) break;
  }
  return at;
}
