import { useRenderContext } from './render-context'

/** The address that customers write to, if there is one, as a link that begins a mail. */
export function SupportLink({ before, subject, after }: SupportLinkProps) {
  const { supportEmail } = useRenderContext()
  if (supportEmail === null) return null
  const query = subject === undefined ? '' : `?subject=${encodeURIComponent(subject)}`
  return (
    <p>
      {`${before} `}
      <a href={`mailto:${supportEmail}${query}`}>{supportEmail}</a>
      {after}
    </p>
  )
}

interface SupportLinkProps {
  /** The sentence up to the address. */
  before: string
  /** Of the mail. */
  subject?: string
  /** The rest of the sentence. */
  after: string
}
