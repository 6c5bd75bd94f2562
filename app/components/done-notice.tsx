import { Link, useActionData } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { Notice } from './notice'

/** What was done, for the page that comes after the form. */
export interface WhatWasDone {
  meaning: 'good' | 'warn'
  title: string
  text?: string | undefined
  /** How to take it back, where that is possible. */
  undo?: NoticeLink | undefined
  /** What is to be done next. */
  next?: NoticeLink | undefined
}

interface NoticeLink {
  to: string
  text: string
}

/**
 * What was just done, how to take it back, and what is to be done next. It takes the focus, so that it is read out. It
 * stays although the page's numbers are loaded again, until another page is opened or another form is answered.
 */
export function DoneNotice({ notice }: { notice: WhatWasDone | null }) {
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
  const { meaning, title, text, undo, next } = shown
  const links = [undo, next].flatMap((link) => link ?? [])
  return (
    <div ref={box} tabIndex={-1} role="status">
      <Notice meaning={meaning} title={title}>
        {text && <p>{text}</p>}
        {links.map((link) => (
          <p key={link.to}>
            <Link to={link.to}>{link.text}</Link>
          </p>
        ))}
      </Notice>
    </div>
  )
}
