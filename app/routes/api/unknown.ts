import type { LoaderFunctionArgs } from '@remix-run/node'
import { failure } from '@/app/web/envelope'
import { methods } from '@/app/web/methods'

function answer({ context }: LoaderFunctionArgs) {
  return failure(context, { code: 'not_found', message: 'There is no such endpoint.' })
}

/** Any address under /api that nothing else answers, by whatever method. */
export const loader = Object.assign(answer, { methods })
export const action = loader
