import type { ReactNode } from 'react'
import { Notice } from '@/app/components/notice'

/** A secret that nobody can look up later. */
export function ShownOnce(props: { title: string; label: string; secret: string; children: ReactNode }) {
  const { title, label, secret, children } = props
  return (
    <div role="status">
      <Notice meaning="good" title={title}>
        <p>{label}, shown this once:</p>
        <code className="secret" data-secret="">
          {secret}
        </code>
        <p>{children}</p>
      </Notice>
    </div>
  )
}
