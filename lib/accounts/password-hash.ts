import crypto, { randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Hashes a password with argon2id, about 40 ms of one core.
 *
 * @returns the PHC string: algorithm, parameters, salt and hash
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return phc(parameters, salt, await derive(password, salt, parameters))
}

/** Whether the password belongs to the hash. Unknown formats throw: only our own hashes are stored. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const { salt, hash, ...used } = parse(stored)
  return timingSafeEqual(await derive(password, salt, used), hash)
}

/** Whether a stored hash was made with other parameters than today's, and should be made again at sign-in. */
export function isOutdated(stored: string): boolean {
  const { memory, passes, parallelism } = parse(stored)
  return (
    memory !== parameters.memory || passes !== parameters.passes || parallelism !== parameters.parallelism
  )
}

interface Parameters {
  /** KiB. */
  memory: number
  passes: number
  parallelism: number
}

/** OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
const parameters: Parameters = { memory: 19_456, passes: 2, parallelism: 1 }

const hashBytes = 32

/** Verified in place of an account that is not there, so that a sign-in does the same work either way. */
export const nobodysHash = phc(parameters, randomBytes(16), randomBytes(hashBytes))

async function derive(password: string, salt: Buffer, { memory, passes, parallelism }: Parameters) {
  // Normalised, so that the same keys pressed on another system give the same bytes.
  const message = Buffer.from(password.normalize('NFKC'))
  // Not imported by name: an older Node.js would end on the import, before it can say which one is needed.
  const deriveBytes = promisify(crypto.argon2)
  return deriveBytes('argon2id', { message, nonce: salt, memory, passes, parallelism, tagLength: hashBytes })
}

function phc({ memory, passes, parallelism }: Parameters, salt: Buffer, hash: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

function parse(stored: string): Parameters & { salt: Buffer; hash: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/.exec(
    stored,
  )
  if (!match) throw new Error('A stored password hash is not in our format.')
  const [, memory, passes, parallelism, salt = '', hash = ''] = match
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

/** PHC strings carry base64 without its padding. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
