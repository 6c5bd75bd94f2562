/** What went wrong in words, of whatever was thrown. Without a stack. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
