// One HTTP exchange of the REST API: what a handler answers, how it refuses, pages, caches and is recorded.

export type Reply = {
  status: number;
  /** JSON unless it is a string, which goes out as plain text. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
};

export type FieldError = { resource: string; code: string; field?: string; message?: string };

/** Thrown anywhere below a handler; becomes the error GitHub documents. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(
    status: number,
    message: string,
    extra: { errors?: readonly (FieldError | string)[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "Refusal";
    const errors = extra.errors ? { errors: extra.errors } : {};
    this.reply = {
      status,
      body: { message, ...errors, documentation_url: "https://docs.github.com/rest", status: String(status) },
      ...(extra.headers ? { headers: extra.headers } : {}),
    };
  }
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}

export function notFound(): Refusal {
  return new Refusal(404, "Not Found");
}

export function invalid(...errors: FieldError[]): Refusal {
  return new Refusal(422, "Validation Failed", { errors });
}

/** The row, or 404. */
export function found<T>(row: T | null | undefined): T {
  if (row === null || row === undefined) throw notFound();
  return row;
}
