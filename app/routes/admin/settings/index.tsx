import { redirect, type LoaderFunctionArgs } from '@remix-run/node'
import { requirePrincipal } from '@/app/web/require-principal'

export async function loader({ context }: LoaderFunctionArgs) {
  await requirePrincipal(context, 'see')
  return redirect('/admin/settings/cities')
}

/** A page, so that whoever may not see it meets the sign-in. */
export default function Settings() {
  return null
}
