import { z } from 'zod'

/** Whether an id from outside can be one of ours, of whatever version; PostgreSQL would throw for anything else. */
export function isUuid(input: string): boolean {
  return guid.safeParse(input).success
}

const guid = z.guid()
