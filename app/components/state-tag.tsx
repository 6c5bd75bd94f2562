import type { IconName } from './icon'
import { type Meaning, StatusTag } from './status-tag'

/** How a state looks, and its word. */
export interface StateLook {
  meaning: Meaning
  icon?: IconName
  word: string
}

/** The tag of one of several states, which a table has the looks of. */
export function StateTag({ look: { word, ...status } }: { look: StateLook }) {
  return <StatusTag {...status}>{word}</StatusTag>
}
