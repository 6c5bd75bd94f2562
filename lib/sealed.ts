import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/**
 * Encrypts something for the database (AES-256-GCM). Without the key it can be neither read nor changed. No two results
 * look alike.
 *
 * @param key 32 bytes, for this purpose alone
 * @param binding what it belongs to, such as its account: it opens only where the same is given
 * @returns nonce, tag and what is encrypted, one after the other; rows are stored like this, so it stays
 */
export function seal(plain: Buffer, key: Buffer, binding = ''): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(binding))
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

/** @returns undefined when it was sealed under another key or binding, was changed, or is too short */
export function unseal(sealed: Buffer, key: Buffer, binding = ''): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  const nonce = sealed.subarray(0, nonceBytes)
  const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(binding)).setAuthTag(tag)
  const plain = decipher.update(sealed.subarray(nonceBytes + tagBytes))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    // The only thing that throws here is a tag that does not fit.
    return undefined
  }
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
