import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { failure } from '@/app/web/envelope'

/** Any address under /api that nothing else answers. */
export function loader({ context }: LoaderFunctionArgs) {
  return failure(context, { code: 'not_found', message: 'There is no such endpoint.' })
}

export function action({ context }: ActionFunctionArgs) {
  return failure(context, { code: 'not_found', message: 'There is no such endpoint.' })
}
