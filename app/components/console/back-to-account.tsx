import type { ReactNode } from 'react'
import { ButtonLink } from '@/app/components/button'

/** From a page about a part of an admin's own account to the whole of it; `children` are links before it. */
export function BackToAccount({ children }: { children?: ReactNode }) {
  return (
    <div className="row">
      {children}
      <ButtonLink to="/admin/security" look="quiet">
        Back to your account
      </ButtonLink>
    </div>
  )
}
