import { SubNav } from './sub-nav'

/** The parts of the alerts. */
export function AlertsNav({ current }: { current: 'all' | 'failed' | 'settings' }) {
  return (
    <SubNav
      label="Alerts"
      links={[
        { to: '/admin/alerts', text: 'All', isCurrent: current === 'all' },
        { to: '/admin/alerts?show=failed', text: 'Failed', isCurrent: current === 'failed' },
        { to: '/admin/alerts/settings', text: 'Thresholds and channels', isCurrent: current === 'settings' },
      ]}
    />
  )
}
