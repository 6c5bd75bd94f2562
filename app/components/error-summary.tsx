import { type MouseEvent, useEffect, useRef } from 'react'

export interface FormProblem {
  /** The id of the field to mend; without one the problem is not about a field. */
  fieldId?: string | undefined
  message: string
}

export interface ErrorSummaryProps {
  title: string
  problems: readonly FormProblem[]
  /** What tells of the problems, one object for each time that it does. Without it the list is, and must not be made anew. */
  answer?: object
}

/** What went wrong with a form, above it, with links to the fields. It takes the focus once for each answer. */
export function ErrorSummary({ title, problems, answer = problems }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [answer])
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{title}</h2>
      <ul>
        {problems.map(({ fieldId, message }, index) => (
          // Two fields may have the same thing wrong with them.
          <li key={index}>
            {fieldId ? (
              <a href={`#${fieldId}`} onClick={(event) => focusField(event, fieldId)}>
                {message}
              </a>
            ) : (
              message
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** By ourselves: to Remix another fragment is another address, and it forgets what was wrong with the form. */
function focusField(event: MouseEvent, fieldId: string): void {
  const field = document.getElementById(fieldId)
  if (!field) return
  event.preventDefault()
  openStepsAround(field)
  field.focus()
  if (document.activeElement === field || isControl(field)) return
  // A heading over several fields takes the focus only so; a control would be left out when one goes on by Tab.
  field.tabIndex = -1
  field.focus()
}

/** Nothing takes the focus in a step that was closed again. */
function openStepsAround(field: HTMLElement): void {
  for (;;) {
    const closed = field.closest<HTMLDetailsElement>('details:not([open])')
    if (!closed) return
    closed.open = true
  }
}

function isControl(field: HTMLElement): boolean {
  return field.matches('input, select, textarea, button')
}
