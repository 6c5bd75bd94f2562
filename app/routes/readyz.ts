import type { LoaderFunctionArgs } from '@remix-run/node'
import type { z } from 'zod'
import type { readReadinessCall } from '@/app/api/calls/operations'
import { failure, success } from '@/app/web/envelope'
import { sharedAnswer } from '@/app/web/stock/shared-answer'
import { checkReadiness } from '@/lib/health'

/** Nobody limits probes, and each check asks the database three times. */
const readiness = sharedAnswer(checkReadiness, 500)

/**
 * Ready for traffic: database reachable, schema migrated, queue there. Else 503, and which of them is not. As it was half a
 * second ago at most.
 */
export async function loader({ context }: LoaderFunctionArgs) {
  const { ready, database, schema, queue } = await readiness()
  const parts = { database, schema, queue }
  if (ready)
    return success({ status: 'ready', ...parts } satisfies z.output<typeof readReadinessCall.answer.data>)
  return failure(context, { code: 'unavailable', message: 'Not ready.', data: parts })
}
