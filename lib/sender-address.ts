import addressparser from 'nodemailer/lib/addressparser'

/**
 * The email address of a sender as nodemailer reads it: alone, or with a name beside it, as in
 * `6FB <tickets@example.com>` or `tickets@example.com (6FB)`.
 *
 * @returns undefined where there is none, or more than one
 */
export function senderAddress(sender: string): string | undefined {
  // What is a name alone has an empty address.
  const [address = '', ...others] = addressparser(sender, { flatten: true })
    .map((mailbox) => mailbox.address)
    .filter((found) => found !== '')
  return others.length === 0 && /^[^@]+@[^@]+$/.test(address) ? address : undefined
}
