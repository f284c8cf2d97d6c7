import type { z } from "zod";
import type { Access } from "../access.ts";
import type { Actor } from "../actor.ts";
import type { Hub } from "../hub.ts";
import type { Repository, User } from "../store/identity.ts";
import { notFound, type Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
export type Category = "creation" | "edit" | "read" | "mint" | "delete";

export type ApiRequest<Body = unknown> = {
  hub: Hub;
  actor: Actor;
  url: URL;
  headers: Readonly<Record<string, string>>;
  params: Readonly<Record<string, string>>;
  body: Body;
};

/** A request below /repos/{owner}/{repo}: the repository was found and the actor may see it. */
export type RepositoryRequest<Body = unknown> = ApiRequest<Body> & { repository: Repository };

type Answer = Reply | Promise<Reply>;

export type Route = {
  method: Method;
  template: string;
  access: Access;
  category: Category;
  body: z.ZodType | null;
  handle: (request: RepositoryRequest) => Answer;
};

type Shape<Request, Body extends z.ZodType> = {
  access: Access;
  category?: Category;
  body?: Body;
  handle: (request: Request & { body: z.infer<Body> }) => Answer;
};

const CATEGORIES = { GET: "read", POST: "creation", PATCH: "edit", PUT: "edit", DELETE: "delete" } as const;

/** An entry of the route table; `body` is parsed before the handler sees it. */
export function route<Body extends z.ZodType>(
  line: `${Method} /${string}`,
  shape: Shape<RepositoryRequest, Body>,
): Route {
  const [method, template] = line.split(" ") as [Method, string];
  return {
    method,
    template,
    access: shape.access,
    category: shape.category ?? CATEGORIES[method],
    body: shape.body ?? null,
    // The dispatcher parses the body with the very schema whose type the handler was written for.
    handle: shape.handle as Route["handle"],
  };
}

export function param(request: ApiRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}`);
  return value;
}

export function idParam(request: ApiRequest, name: string): number {
  const value = param(request, name);
  if (!/^\d+$/.test(value)) throw notFound();
  return Number(value);
}

/** Whoever is signed in, as a user: a person, or the app's bot. */
export function doer(request: ApiRequest): User {
  if (!("user" in request.actor)) throw notFound();
  return request.actor.user;
}
