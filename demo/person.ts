import type { LocalGitHub } from "./github/start-local-github.ts";

/** Somebody with an account: everything they do goes through GitHub's own API with their own token. */
export type Person = {
  login: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
};

export function person(
  github: Pick<LocalGitHub, "apiUrl">,
  { login, token }: { login: string; token: string },
): Person {
  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${github.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `token ${token}`,
        accept: "application/vnd.github+json",
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  return {
    login,
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body),
    put: (path, body) => ask("PUT", path, body),
    patch: (path, body) => ask("PATCH", path, body),
  };
}
