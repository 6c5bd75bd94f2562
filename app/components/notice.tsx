import type { ReactNode } from 'react'
import { Icon } from './icon'

/** A few sentences the reader needs before going on. `title` says it in short. */
export function Notice({
  meaning = 'info',
  title,
  children,
}: {
  meaning?: 'good' | 'warn' | 'bad' | 'info'
  title: string
  children?: ReactNode
}) {
  return (
    <section className={`notice notice--${meaning}`} aria-label={title}>
      <Icon name={meaning} />
      <div className="stack stack--tight">
        <h2 className="notice__title">{title}</h2>
        {children}
      </div>
    </section>
  )
}
