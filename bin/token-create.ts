import { parseArgs } from 'node:util'
import { scopes } from '@/lib/accounts'
import { createToken, defaultTokenDays, maxTokenDays } from '@/lib/accounts/tokens'
import { fail, runCommand } from './command/fail'
import { withProduct } from './command/product'

const usage = 'Usage: npm run token:create -- --name "Marketing site" --scope read|operate|own [--days 365]'

const context = { actor: { kind: 'system', name: 'npm run token:create' } } as const

const refusals = {
  invalid_name: '--name: 1 to 80 characters are needed.',
  invalid_days: `--days: a whole number from 1 to ${maxTokenDays} is needed.`,
  // Said of accounts that act, and no command is one.
  not_owner: 'This is for owners.',
}

/**
 * `npm run token:create -- --name N --scope read|operate|own [--days D]`: a token for the API. The last line of
 * stdout is the token and nothing else, so that scripts can use it; it cannot be shown again.
 */
await runCommand(async () => {
  const { values } = parseArgs({
    options: { name: { type: 'string' }, scope: { type: 'string' }, days: { type: 'string' } },
  })
  const { name } = values
  const scope = scopes.find((known) => known === values.scope)
  if (name === undefined || scope === undefined) return fail(usage)
  const days = values.days === undefined ? defaultTokenDays : Number(values.days)
  const result = await withProduct(() => createToken({ name, scope, days }, context))
  if (!result.ok) return fail(refusals[result.code])
  const { expiresAt, token } = result.value
  process.stdout.write(`"${name}" may ${scope} until ${expiresAt.toISOString().slice(0, 10)}.\n${token}\n`)
})
