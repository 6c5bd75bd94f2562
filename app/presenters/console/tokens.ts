import { formatExactly } from '@/app/format/dates'
import { type ApiToken, listTokens } from '@/lib/accounts/tokens'

export interface TokenRow extends Pick<ApiToken, 'id' | 'name' | 'scope' | 'prefix' | 'createdBy' | 'state'> {
  expires: string
  /** Null while it was never used. */
  lastUsed: string | null
}

export async function presentTokens(): Promise<TokenRow[]> {
  return (await listTokens()).map(({ id, name, scope, prefix, createdBy, expiresAt, lastUsedAt, state }) => ({
    ...{ id, name, scope, prefix, createdBy, state },
    expires: formatExactly(expiresAt, 'UTC'),
    lastUsed: lastUsedAt && formatExactly(lastUsedAt, 'UTC'),
  }))
}
