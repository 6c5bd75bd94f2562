import type { ReactNode } from 'react'

/**
 * The one question before a change: closed, it names the change; open, it says in numbers what will happen, and holds
 * the button that does it. Works without scripts.
 */
export function ConfirmStep({
  name,
  look = 'quiet',
  isOpen = false,
  children,
}: {
  name: string
  look?: 'quiet' | 'danger'
  /** Its form has just been refused: the reader should find it open. */
  isOpen?: boolean
  children: ReactNode
}) {
  return (
    <details className="confirm" open={isOpen}>
      <summary className={`button button--${look} confirm__name`}>{name}</summary>
      <div className="confirm__body stack">{children}</div>
    </details>
  )
}
