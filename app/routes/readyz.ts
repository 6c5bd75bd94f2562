import type { LoaderFunctionArgs } from '@remix-run/node'
import { failure, success } from '@/app/web/envelope'
import { checkReadiness } from '@/lib/health'

/** Ready for traffic: database reachable, schema migrated, queue there. Else 503, and which of them is not. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { ready, database, schema, queue } = await checkReadiness()
  const parts = { database, schema, queue }
  if (ready) return success({ status: 'ready', ...parts })
  return failure(context, { code: 'unavailable', message: 'Not ready.', data: parts })
}
