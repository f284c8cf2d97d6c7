import type { AppSettings } from "../config/settings.ts";

/** Where the run pages are: for everybody, or for somebody on this machine. */
export function pagesAt({ host, port, publicUrl }: Pick<AppSettings, "host" | "port" | "publicUrl">): string {
  return publicUrl ?? `http://${host}:${port}`;
}
