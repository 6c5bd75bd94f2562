import type { z } from 'zod'
import type { readHealthCall } from '@/app/api/calls/operations'
import { success } from '@/app/web/envelope'

/** Alive: the process answers. Says nothing about what it depends on. */
export function loader() {
  return success({ status: 'alive' } satisfies z.output<typeof readHealthCall.answer.data>)
}
