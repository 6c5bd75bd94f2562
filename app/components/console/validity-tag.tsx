import { StatusTag } from '@/app/components/status-tag'

/** Whether a link or token still works. */
export function ValidityTag({ state }: { state: 'active' | 'expired' | 'revoked' }) {
  switch (state) {
    case 'active':
      return (
        <StatusTag meaning="good" icon="good">
          Active
        </StatusTag>
      )
    case 'expired':
      return <StatusTag meaning="plain">Expired</StatusTag>
    case 'revoked':
      return <StatusTag meaning="plain">Revoked</StatusTag>
  }
}
