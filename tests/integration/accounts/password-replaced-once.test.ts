import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { changeAccount } from '@/app/forms/change-account'
import { anAccount, enter } from '@/tests/support/accounts'
import { anOwner } from '@/tests/support/an-owner'
import { storyDatabase } from '@/tests/support/stories/database'

/** The console's button “Replace the password”, pressed twice. */

const db = storyDatabase()

/** An owner, and the form as they fill it in. */
async function filledIn() {
  const account = await anAccount('owner')
  const { password } = account
  return {
    owner: await anOwner(account),
    form: new URLSearchParams({ form: 'password', key: randomUUID(), password }),
  }
}

test('makes one password, which both presses show, and which is the one that counts', async () => {
  const account = await anAccount('viewer')
  const { owner, form } = await filledIn()
  const answers = await Promise.all([1, 2].map(() => changeAccount(account.id, form, owner)))
  const passwords = answers.map((answer) =>
    'data' in answer && 'password' in answer.data ? answer.data.password : '',
  )
  expect(new Set(passwords)).toEqual(new Set([expect.stringMatching(/^.{12,}$/)]))
  expect(await enter({ ...account, password: passwords[1] ?? '' })).toMatchObject({ ok: true })
  const rows = await db.owner.query(
    `select 1 from admin_audit where action = 'account.password_reset' and target = '${account.email}'`,
  )
  expect(rows).toHaveLength(1)
})

test('a key is good for one account', async () => {
  const [one, other] = [await anAccount('viewer'), await anAccount('viewer')]
  const { owner, form } = await filledIn()
  await changeAccount(one.id, form, owner)
  expect(await changeAccount(other.id, form, owner)).toMatchObject({ init: { status: 409 } })
  expect(await enter(other)).toMatchObject({ ok: true })
})
