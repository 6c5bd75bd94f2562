import { tokenHash } from '@/lib/random-token'
import { remember } from './remember'

/** Which `Authorization` headers held a good token when this process last looked them up. */
export interface KnownTokens {
  note(header: string, isGood: boolean): void
  isKnown(header: string): boolean
}

/** More than a shop has; one that is forgotten is looked up again. */
const rememberedAtMost = 1_000

/** Remembers digests only. Being known admits no caller: the token is looked up all the same. */
export function createKnownTokens(): KnownTokens {
  const good = remember<true>(rememberedAtMost)
  const nameOf = (header: string) => tokenHash(header).toString('base64')
  return {
    note(header, isGood) {
      if (isGood) good.note(nameOf(header), true)
      else good.forget(nameOf(header))
    },
    isKnown: (header) => good.get(nameOf(header)) === true,
  }
}
