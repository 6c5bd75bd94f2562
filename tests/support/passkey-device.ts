import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A security key in software, with one ES256 key pair (WebAuthn level 3, sections 6.1 and 6.5). */
export interface PasskeyDevice {
  id: string
  /** What a browser would send after `navigator.credentials.create`. */
  register: (challenge: string, origin?: string) => Record<string, unknown>
  /** What a browser would send after `navigator.credentials.get`. */
  answer: (challenge: string, how?: Answering) => Record<string, unknown>
}

export interface Answering {
  origin?: string
  /** Whether the device asked for a PIN or a finger. Default: yes. */
  verifiesUser?: boolean
  /** How often the device says that it was used. Default: 0, a device that does not count. */
  counter?: number
}

const siteOrigin = 'http://localhost:3000'

export function aPasskeyDevice(): PasskeyDevice {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  // CBOR of { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }.
  const coseKey = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
  return {
    id: text(id),
    register: (challenge, origin = siteOrigin) => {
      const length = Buffer.from([id.length >> 8, id.length & 255])
      const authData = Buffer.concat([
        authenticatorData(flags.present | flags.verified | flags.attested, 0),
        Buffer.alloc(16),
        length,
        id,
        coseKey,
      ])
      // CBOR of { fmt: "none", attStmt: {}, authData }.
      const attestation = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
        Buffer.from([0x58, authData.length]),
        authData,
      ])
      return credential({
        clientDataJSON: text(clientData('webauthn.create', challenge, origin)),
        attestationObject: text(attestation),
        transports: ['usb'],
      })
    },
    answer: (challenge, { origin = siteOrigin, verifiesUser = true, counter = 0 } = {}) => {
      const authData = authenticatorData(flags.present | (verifiesUser ? flags.verified : 0), counter)
      const client = clientData('webauthn.get', challenge, origin)
      const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), privateKey)
      return credential({
        clientDataJSON: text(client),
        authenticatorData: text(authData),
        signature: text(signature),
      })
    },
  }

  function credential(response: Record<string, unknown>): Record<string, unknown> {
    return { id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {}, response }
  }
}

const flags = { present: 0x01, verified: 0x04, attested: 0x40 }

function authenticatorData(flag: number, counter: number): Buffer {
  const rest = Buffer.alloc(5)
  rest.writeUInt8(flag, 0)
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(Buffer.from(new URL(siteOrigin).hostname)), rest])
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url')
}
