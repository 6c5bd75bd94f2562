/**
 * Whom alerts reach is for owners to read. Everybody else sees of a phone number its last four digits, and of a mail
 * address its first letter and its domain: enough to tell which one it is, too little to reach anybody. Pure.
 *
 * @param text a recipient, or words that may name some, such as a provider's answer
 *
 * @example maskRecipients('+12145550100') // '…0100'
 */
export function maskRecipients(text: string): string {
  return text
    .replace(mailAddress, (_address, name: string, domain: string) => `${[...name][0] ?? ''}…@${domain}`)
    .replace(phoneNumber, (number) => `…${number.slice(-4)}`)
}

const mailAddress = /([^\s@<>"'(),:;]+)@([^\s@<>"'(),:;]+)/g
/** As we store them, with or without the plus; digits that belong to an id are none. */
const phoneNumber = /(?<![\w-])\+?\d{7,15}(?![\w-])/g
