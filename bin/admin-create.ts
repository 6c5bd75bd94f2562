import { parseArgs } from 'node:util'
import { createAccount, passwordProblemTexts, roles, type Role } from '@/lib/accounts'
import { passwordFrom } from './command/ask-password'
import { fail, runCommand } from './command/fail'
import { withProduct } from './command/product'

const usage =
  'Usage: npm run admin:create -- --email you@example.com --role owner|operator|viewer [--password-stdin]'

const context = { actor: { kind: 'system', name: 'npm run admin:create' } } as const

const refusals = {
  ...passwordProblemTexts,
  invalid_email: '--email: this is no email address.',
  email_taken: '--email: there is an account with this email already.',
  // Said of accounts that act, and no command is one.
  not_owner: 'This is for owners.',
}

/**
 * `npm run admin:create -- --email E --role owner|operator|viewer [--password-stdin]`: an account for the console.
 * Asks for the password on a terminal, or makes one and shows it once.
 */
await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      email: { type: 'string' },
      role: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
    },
  })
  const { email } = values
  const role = roles.find((name) => name === values.role)
  if (email === undefined || role === undefined) return fail(usage)
  const password = await passwordFrom(values['password-stdin'] ? 'stdin' : 'terminal')
  const result = await withProduct(() => createAccount({ email, role, password }, context))
  if (!result.ok) return fail(refusals[result.code])
  process.stdout.write(sentence(role, result.value))
})

function sentence(role: Role, made: { email: string; password?: string }): string {
  const shown = made.password === undefined ? '' : `Password (shown this once): ${made.password}\n`
  return `${made.email} can sign in as ${role}.\n${shown}`
}
