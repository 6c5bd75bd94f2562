import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'

export type Meaning = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** One word about a state; colour and icon go with the word, never instead of it. */
export function StatusTag({
  meaning,
  icon,
  children,
}: {
  meaning: Meaning
  icon?: IconName
  children: ReactNode
}) {
  return (
    <span className={`tag tag--${meaning}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  )
}
