import { Form, Link, NavLink } from '@remix-run/react'
import type { ReactNode } from 'react'
import { MainContent } from '@/app/components/main-content'
import { SkipLink } from '@/app/components/site-frame'
import { StatusTag } from '@/app/components/status-tag'

export interface ConsoleLink {
  to: string
  text: string
}

/** What every page of the console stands in. */
export function ConsoleFrame({
  email,
  role,
  hasTestPayments,
  links,
  children,
}: {
  email: string
  role: string
  /** No money moves: the Stripe key is one of its test mode. */
  hasTestPayments: boolean
  links: readonly ConsoleLink[]
  children: ReactNode
}) {
  return (
    <>
      <SkipLink />
      <header className="site-header console-header">
        <div className="wrap">
          <div className="console-name">
            <Link to="/admin" className="wordmark">
              <span className="wordmark__mark">6FB</span>
              Console
            </Link>
            {hasTestPayments && <StatusTag meaning="info">Test payments</StatusTag>}
          </div>
          <nav aria-label="Console" className="console-nav">
            {links.map(({ to, text }) => (
              <NavLink key={to} to={to} end={to === '/admin'} className="console-nav__link">
                {text}
              </NavLink>
            ))}
          </nav>
          {/* By the browser: it tells of a connection that broke, and there is no page to come back to. */}
          <Form method="post" action="/sign-out" reloadDocument className="console-account">
            <span className="small muted">
              {email}, {role}
            </span>
            <button type="submit" className="button button--quiet button--small">
              Sign out
            </button>
          </Form>
        </div>
      </header>
      <MainContent>{children}</MainContent>
    </>
  )
}
