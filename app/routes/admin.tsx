import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Outlet, useLoaderData, useRouteLoaderData } from '@remix-run/react'
import { ConsoleFrame, type ConsoleLink } from '@/app/components/console/console-frame'
import { ErrorPage } from '@/app/components/error-page'
import { SiteFrame } from '@/app/components/site-frame'
import { requirePrincipal } from '@/app/web/require-principal'
import { type Deed, may } from '@/lib/accounts/principal'
import { config } from '@/lib/config'

/** An error page names itself. */
export const meta: MetaFunction = ({ error }) => [
  ...(error == null ? [{ title: 'Console – 6FB Methodologies' }] : []),
  { name: 'robots', content: 'noindex' },
]

/** The console. Each page asks for itself who may see it: a layout's loader guards only what it loads. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  return {
    email: principal.email,
    role: principal.role,
    hasTestPayments: !config().stripe.livemode,
    links: links.filter(({ for: deed = 'see' }) => may(principal, deed)),
  }
}

const links: readonly (ConsoleLink & { for?: Deed })[] = [
  { to: '/admin', text: 'Overview' },
  { to: '/admin/payments', text: 'Payments' },
  { to: '/admin/exceptions', text: 'Exceptions' },
  { to: '/admin/alerts', text: 'Alerts' },
  { to: '/admin/links', text: 'Private links' },
  { to: '/admin/bulk', text: 'Many cities', for: 'operate' },
  { to: '/admin/queues', text: 'Queues' },
  { to: '/admin/audits', text: 'Audits' },
  { to: '/admin/audit-log', text: 'Audit log' },
  { to: '/admin/settings', text: 'Settings' },
  { to: '/admin/security', text: 'Your account' },
]

export default function Admin() {
  const frame = useLoaderData<typeof loader>()
  return (
    <ConsoleFrame {...frame}>
      <Outlet />
    </ConsoleFrame>
  )
}

/**
 * A page that failed leaves the way to the others. Where the frame's own data is missing, as after a form that was refused
 * without scripts, nobody knows which there are; the overview is there for everybody.
 */
export function ErrorBoundary() {
  const frame = useRouteLoaderData<typeof loader>('routes/admin')
  if (!frame) {
    return (
      <SiteFrame>
        <ErrorPage place="console" />
      </SiteFrame>
    )
  }
  return (
    <ConsoleFrame {...frame}>
      <ErrorPage place="console" />
    </ConsoleFrame>
  )
}
