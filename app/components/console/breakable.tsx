import { Fragment } from 'react'

/**
 * A long address or name that breaks between its parts, where a narrow column breaks it at all: an email address after
 * its `@`, a name of Stripe's or ours after a dot or an underscore.
 *
 * @example <Breakable text="ada@example.com" />
 */
export function Breakable({ text }: { text: string }) {
  return text.split(text.includes('@') ? /(?<=@)/ : /(?<=[._])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
