import { createAccount, signIn } from '@/lib/accounts'
import { config } from '@/lib/config'
import { startWeb } from '@/tests/support/processes'

let opened: Promise<(path: string) => Promise<void>> | undefined

/** Gets a page of the console, as a browser does, from the production build on this process's database. */
export async function getConsolePage(path: string): Promise<void> {
  opened ??= openConsole()
  await (
    await opened
  )(path)
}

async function openConsole(): Promise<(path: string) => Promise<void>> {
  const cookie = await anOwner()
  const { origin } = await startWeb({ DATABASE_URL: config().database.url })
  return async (path) => {
    const response = await fetch(origin + path, { headers: { cookie } })
    await response.text()
    if (response.status !== 200) throw new Error(`${path} answers ${response.status}`)
  }
}

async function anOwner(): Promise<string> {
  const [email, password] = ['bench@example.com', 'a password for measuring only']
  const made = await createAccount(
    { email, role: 'owner', password },
    { actor: { kind: 'system', name: 'bench' } },
  )
  if (!made.ok) throw new Error(made.code)
  const signedIn = await signIn({ email, password, client: { address: '127.0.0.1', userAgent: 'bench' } })
  if (!signedIn.ok) throw new Error(signedIn.code)
  return `session=${signedIn.session.token}`
}
