import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { MainContent } from './main-content'
import { SupportLink } from './support-link'

/** What every customer page stands in. */
export function SiteFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <SkipLink />
      <header className="site-header">
        <div className="wrap">
          <Link to="/" className="wordmark">
            <span className="wordmark__mark">6FB</span>
            Methodologies
          </Link>
        </div>
      </header>
      <MainContent>{children}</MainContent>
      <footer className="site-footer">
        <div className="wrap stack stack--tight">
          <p>Payments are handled by Stripe. We never see card numbers.</p>
          <SupportLink before="Questions? Write to" after="." />
        </div>
      </footer>
    </>
  )
}

export function SkipLink() {
  return (
    <a className="skip-link" href="#main">
      Skip to content
    </a>
  )
}
