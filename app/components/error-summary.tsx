import { useEffect, useRef } from 'react'

export interface FormProblem {
  /** The id of the field to mend; without one the problem is not about a field. */
  fieldId?: string | undefined
  message: string
}

/** What went wrong with a form, above it, with links to the fields; takes the focus when it appears. */
export function ErrorSummary({ title, problems }: { title: string; problems: readonly FormProblem[] }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [problems])
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2>{title}</h2>
      <ul>
        {problems.map(({ fieldId, message }) => (
          <li key={message}>{fieldId ? <a href={`#${fieldId}`}>{message}</a> : message}</li>
        ))}
      </ul>
    </div>
  )
}
