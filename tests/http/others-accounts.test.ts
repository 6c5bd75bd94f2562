import { describe, expect, it } from 'vitest'
import { confirmTotp, getAccount, startTotp } from '@/lib/accounts'
import { aClient, anAccount, aSession, signedIn, somebody, type TestAccount } from '../support/accounts'
import { codeOf } from '../support/authenticator-app'
import { callersSuite } from '../support/callers-suite'
import { aBrowser, type PlainBrowser } from '../support/plain-browser'

/** What an owner does about the accounts of others. */

const { shop } = callersSuite()

interface Owner extends TestAccount {
  browser: PlainBrowser
}

async function anOwner(): Promise<Owner> {
  const account = await anAccount('owner')
  const browser = aBrowser(shop.origin)
  browser.setCookie('session', (await aSession(account, aClient('127.0.0.1'))).token)
  return { ...account, browser }
}

async function withApp(account: TestAccount): Promise<void> {
  const begun = await startTotp(await signedIn(account), somebody)
  if (!begun.ok) throw new Error(begun.code)
  const code = await codeOf(begun.value.secret)
  const on = await confirmTotp({ ...(await signedIn(account)), code }, somebody)
  if (!on.ok) throw new Error(on.code)
}

/** The fields that a form of a page has hidden in it, by the button that sends it. */
function hiddenIn(html: string, button: string): Record<string, string> {
  const forms = html.split('<form').map((text) => text.split('</form>')[0] ?? '')
  const form = forms.find((text) => text.includes(`value="${button}"`)) ?? ''
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  )
}

async function logged({ email }: TestAccount, target: string) {
  return shop.rows<{ action: string; outcome: string }>(
    `select action, outcome from admin_audit where actor_label = $1 and target = $2 order by id`,
    [email, target],
  )
}

describe('is done once, though its button is pressed twice', () => {
  interface Change {
    form: string
    action: string
    prepare?: (account: TestAccount) => Promise<unknown>
  }
  const changes: Change[] = [
    { form: 'disable', action: 'account.disable' },
    {
      form: 'enable',
      action: 'account.enable',
      prepare: ({ id }) => shop.rows(`update admin_accounts set disabled_at = app_now() where id = $1`, [id]),
    },
    { form: 'second-factor', action: 'second_factor.reset', prepare: withApp },
  ]

  it.each(changes)('$form', async ({ form, action, prepare }) => {
    const owner = await anOwner()
    const other = await anAccount('viewer')
    await prepare?.(other)
    const page = `/admin/settings/admins/${other.id}`
    const sent = { ...hiddenIn((await owner.browser.get(page)).text, form), form }
    const presses = [owner.browser.post(page, sent), owner.browser.post(page, sent)]
    const [one, two] = await Promise.all(presses)
    const three = await owner.browser.post(page, sent)
    expect([one, two, three].map((answer) => answer && [answer.status, answer.location])).toEqual(
      Array.from({ length: 3 }, () => [303, page]),
    )
    expect(await logged(owner, other.email)).toEqual([{ action, outcome: 'applied' }])
  })

  it('and the next of its kind is done, too', async () => {
    const owner = await anOwner()
    const other = await anAccount('viewer')
    const page = `/admin/settings/admins/${other.id}`
    for (const form of ['disable', 'enable', 'disable']) {
      const sent = { ...hiddenIn((await owner.browser.get(page)).text, form), form }
      expect((await owner.browser.post(page, sent)).status).toBe(303)
    }
    expect((await getAccount(other.id))?.disabledAt).not.toBeNull()
    expect(await logged(owner, other.email)).toHaveLength(3)
  })
})
