/** Whether an id from outside can be one of ours; PostgreSQL would throw for anything else. */
export function isUuid(input: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(input)
}
