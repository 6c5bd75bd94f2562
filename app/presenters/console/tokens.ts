import { formatExactly } from '@/app/format/dates'
import { type ApiToken, listTokens } from '@/lib/accounts/tokens'

export interface TokenRow extends Pick<
  ApiToken,
  'id' | 'name' | 'scope' | 'prefix' | 'createdBy' | 'maker' | 'state'
> {
  expires: string
  /** Null while it was never used. */
  lastUsed: string | null
}

/** All API tokens, the newest first. */
export async function presentTokens(): Promise<TokenRow[]> {
  return (await listTokens()).map(rowOf)
}

function rowOf({ expiresAt, lastUsedAt, ...token }: ApiToken): TokenRow {
  const { id, name, scope, prefix, createdBy, maker, state } = token
  return {
    id,
    name,
    scope,
    prefix,
    createdBy,
    maker,
    state,
    expires: formatExactly(expiresAt, 'UTC'),
    lastUsed: lastUsedAt && formatExactly(lastUsedAt, 'UTC'),
  }
}
