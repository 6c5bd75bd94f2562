import { ButtonLink } from '@/app/components/button'

/** From a page about a part of an admin's own account to the whole of it. */
export function BackToAccount() {
  return (
    <div className="row">
      <ButtonLink to="/admin/security" look="quiet">
        Back to your account
      </ButtonLink>
    </div>
  )
}
