import { type StateLook, StateTag } from '@/app/components/state-tag'

type Validity = 'active' | 'expired' | 'revoked'

/** Whether a link or token still works. */
export function ValidityTag({ state }: { state: Validity }) {
  return <StateTag look={looks[state]} />
}

const looks: Record<Validity, StateLook> = {
  active: { meaning: 'good', icon: 'good', word: 'Active' },
  expired: { meaning: 'plain', word: 'Expired' },
  revoked: { meaning: 'plain', word: 'Revoked' },
}
