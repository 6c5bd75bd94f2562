import { isRouteErrorResponse, useRouteError } from '@remix-run/react'
import { tooManyRequests } from '@/app/format/too-many-requests'
import { isNetworkFailure } from '@/app/live/network-failure'
import { useReturn } from '@/app/live/use-return'
import type { RouteFailure } from '@/app/web/guard-routes'
import { ButtonLink } from './button'
import { PageHeader } from './page-header'
import { useRenderContext } from './render-context'

/** What a visitor or an admin sees instead of a page: what happened, what to do, and the id that leads to our log. */
export function ErrorPage({ place = 'shop' }: { place?: keyof typeof places }) {
  const error = useRouteError()
  const { requestId } = useRenderContext()
  const isUnreached = isNetworkFailure(error)
  const status = isRouteErrorResponse(error) ? error.status : 500
  const { site, home, notFound } = places[place]
  const { title, text } = isUnreached ? unreached : status === 404 ? notFound : wordsFor(status)
  const { requestId: failedId, retryAfterSeconds = 60 } = failureIn(error) ?? {}
  useReturn(status === 429 ? retryAfterSeconds * 1_000 : isUnreached || status === 503 ? 3_000 : null)
  const id = failedId ?? requestId
  return (
    <div className="stack stack--loose narrow">
      <title>{`${title} – ${site}`}</title>
      <PageHeader title={title} lead={text} />
      <div className="row">
        {status === 404 || status === 403 ? (
          <ButtonLink to={home.to}>{home.text}</ButtonLink>
        ) : (
          // A plain link to the same address: tries again with or without scripts.
          <a className="button button--primary" href="">
            Try again
          </a>
        )}
      </div>
      {status >= 500 && !isUnreached && id && (
        <p className="small muted">
          If it stays like this, tell us this reference: <code data-request-id="">{id}</code>
        </p>
      )}
    </div>
  )
}

const places = {
  shop: {
    site: '6FB Methodologies',
    home: { to: '/', text: 'See all workshops' },
    notFound: {
      title: 'Page not found',
      text: 'There is nothing at this address. The workshop may have been removed.',
    },
  },
  console: {
    site: 'Console',
    home: { to: '/admin', text: 'Back to the overview' },
    notFound: { title: 'Page not found', text: 'There is nothing at this address.' },
  },
}

const unreached = {
  title: 'We cannot reach the shop',
  text: 'This page comes back by itself as soon as your connection does. If you had just sent something, look whether it has arrived before you send it again.',
}

function wordsFor(status: number): { title: string; text: string } {
  if (status === 403)
    return {
      title: 'Not allowed',
      text: 'Your role does not allow this. An owner can change your role.',
    }
  if (status === 429) return tooManyRequests
  if (status === 503)
    return {
      title: 'Back in a moment',
      text: 'We cannot reach our stock right now. Nothing is lost. Try again in a few seconds.',
    }
  if (status < 500)
    return { title: 'That did not work', text: 'The request could not be understood. Go back and try again.' }
  return { title: 'Something went wrong', text: 'This is our fault, not yours. Try again.' }
}

function failureIn(error: unknown): RouteFailure | null {
  if (!isRouteErrorResponse(error)) return null
  const data: unknown = error.data
  return isRouteFailure(data) ? data : null
}

function isRouteFailure(data: unknown): data is RouteFailure {
  return (
    typeof data === 'object' && data !== null && 'requestId' in data && typeof data.requestId === 'string'
  )
}
