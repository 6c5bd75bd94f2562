import { z } from 'zod'
import { commandArguments, type CommandName } from './arguments'
import type { StripeStandInControl } from './control'
import { CONTROL_PATH } from './http'

const answer = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ message: z.string() }) }),
])

/**
 * The control of a stand-in that runs in another process, at its base URL such as `http://127.0.0.1:4242`.
 * A command that is not possible rejects with the stand-in's message.
 */
export function connectStripeStandIn(baseUrl: string): StripeStandInControl {
  const call = async (name: CommandName, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(new URL(`${CONTROL_PATH}${name}`, baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    })
    const parsed = answer.parse(await response.json())
    if ('error' in parsed) throw new Error(parsed.error.message)
    return parsed.result
  }
  const names = Object.keys(commandArguments) as CommandName[]
  const commands = names.map((name) => [name, (...args: unknown[]) => call(name, args)] as const)
  // Both ends are of one code base, so the answers have the types that the interface names.
  return Object.fromEntries(commands) as unknown as StripeStandInControl
}
