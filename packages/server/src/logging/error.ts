const DEEPEST_CAUSE = 4;

/** An error as lines show it. Whatever else libraries hang on theirs, such as a request with its headers, stays out. */
export function writeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    message,
    stack,
    ...(cause !== undefined && depth < DEEPEST_CAUSE ? { cause: writeError(cause, depth + 1) } : {}),
  };
}
