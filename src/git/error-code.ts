/** The system's own code of an error ("ENOENT"), or "". By shape, since errors cross realms. */
export function codeOf(error: unknown): string {
  const holder = typeof error === "object" && error !== null && "code" in error ? error : { code: "" };
  return typeof holder.code === "string" ? holder.code : "";
}
