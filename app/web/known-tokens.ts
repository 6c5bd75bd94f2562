import { tokenHash } from '@/lib/random-token'

/** Which `Authorization` headers held a good token when this process last looked them up. */
export interface KnownTokens {
  note(header: string, isGood: boolean): void
  isKnown(header: string): boolean
}

/** More than a shop has; one that is forgotten is looked up again. */
const rememberedAtMost = 1_000

/** Remembers digests only. That a token was good admits nobody: it is looked up all the same. */
export function createKnownTokens(): KnownTokens {
  const known = new Set<string>()
  const nameOf = (header: string) => tokenHash(header).toString('base64')
  return {
    note(header, isGood) {
      const name = nameOf(header)
      known.delete(name)
      if (!isGood) return
      // Those who were seen last stand last.
      known.add(name)
      if (known.size <= rememberedAtMost) return
      const [oldest] = known
      if (oldest !== undefined) known.delete(oldest)
    },
    isKnown: (header) => known.has(nameOf(header)),
  }
}
