import { Link, useActionData } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { ConsoleNotice } from '@/app/web/console-notice'
import { Notice } from './notice'

/**
 * What was just done, and how to take it back. It takes the focus, so that it is read out, and stays until
 * whoever did it goes elsewhere or another form of the page is answered, however often the page's numbers are loaded again.
 */
export function DoneNotice({ notice }: { notice: ConsoleNotice | null }) {
  const [shown, setShown] = useState(notice)
  const answer = useActionData()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (notice) setShown(notice)
  }, [notice])
  useEffect(() => {
    if (answer !== undefined) setShown(null)
  }, [answer])
  useEffect(() => box.current?.focus(), [shown])
  if (!shown) return null
  const { meaning, title, text, undo } = shown
  return (
    <div ref={box} tabIndex={-1} role="status">
      <Notice meaning={meaning} title={title}>
        {text && <p>{text}</p>}
        {undo && (
          <p>
            <Link to={undo.to}>{undo.text}</Link>
          </p>
        )}
      </Notice>
    </div>
  )
}
