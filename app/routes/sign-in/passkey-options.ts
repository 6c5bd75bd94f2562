import type { ActionFunctionArgs } from '@remix-run/node'
import { failure, rateLimited, success } from '@/app/web/envelope'
import { passkeyOptions } from '@/lib/accounts'

/** POST /sign-in/passkey-options: what the browser asks the passkey for, as the only step or as the second. */
export async function action({ context }: ActionFunctionArgs) {
  const wait = await context.count('sign-in')
  if (wait !== null) return failure(context, rateLimited(wait))
  const session = await context.authentication.session()
  return success(
    await passkeyOptions(
      session?.stage === 'second_factor'
        ? { purpose: 'second_factor', accountId: session.accountId }
        : { purpose: 'sign_in' },
    ),
  )
}
