/** The `code` of a system error, such as ESRCH; read by shape, since an error may come from another realm. */
export function errorCode(error: unknown): string | null {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : null;
}
