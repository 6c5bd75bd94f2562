import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { notFound } from '@/app/web/not-found'
import { requirePrincipal } from '@/app/web/require-principal'

/** Any address of the console that nothing else answers. Who is not signed in learns nothing of what there is. */
export async function loader({ context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  throw notFound()
}

export async function action({ context }: ActionFunctionArgs) {
  await requirePrincipal(context, 'see')
  throw notFound()
}

export default function Unknown() {
  return null
}
