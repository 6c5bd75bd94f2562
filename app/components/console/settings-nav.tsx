import { SubNav } from './sub-nav'

type Part = 'cities' | 'payments' | 'admins' | 'tokens'

/** The parts of the settings; some are for owners alone. */
export function SettingsNav({ current, isOwner }: { current: Part; isOwner: boolean }) {
  const parts: [Part, string][] = [
    ['cities', 'Cities'],
    ['payments', 'Payments'],
    ...(isOwner
      ? ([
          ['admins', 'Admins'],
          ['tokens', 'API tokens'],
        ] as [Part, string][])
      : []),
  ]
  return (
    <SubNav
      label="Settings"
      links={[
        ...parts.map(([part, text]) => ({
          to: `/admin/settings/${part}`,
          text,
          isCurrent: part === current,
        })),
        { to: '/admin/alerts/settings', text: 'Alerts', isCurrent: false },
      ]}
    />
  )
}
