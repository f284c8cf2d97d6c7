/** Exit codes, as documented in the README. */
export const EXIT = { done: 0, refused: 1, usage: 2, notFound: 3, environment: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error for people: what happened, why, and what to do about it. Anything else that is thrown is a bug. */
export class Problem extends Error {
  readonly why: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor(what: string, why: string, remedy: string, exitCode: ExitCode = EXIT.environment) {
    super(what);
    this.name = "Problem";
    this.why = why;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
