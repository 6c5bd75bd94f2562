import { SubNav } from './sub-nav'

/** All payments, to be searched, and those that somebody has to answer for. */
export function PaymentsNav({ current }: { current: 'all' | 'disputed' }) {
  return (
    <SubNav
      label="Which payments"
      links={[
        { to: '/admin/payments', text: 'All', isCurrent: current === 'all' },
        { to: '/admin/payments/disputed', text: 'Disputed', isCurrent: current === 'disputed' },
      ]}
    />
  )
}
