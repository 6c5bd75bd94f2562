import { expect, test } from 'vitest'
import { recipientsForm } from '@/app/forms/alert-settings'

/** Who shall be told, or what is said against it. */
function read(given: { emails?: string; phones?: string }) {
  const { data, error } = recipientsForm.safeParse({ whom: 'these', emails: '', phones: '', ...given })
  return data?.recipients ?? error?.issues.map(({ path, message }) => [path.join('.'), message])
}

test('what is no address or number is said in a sentence of the field’s own', () => {
  const emails = ['emails', 'Write email addresses, one a line']
  const phones = ['phones', 'Write phone numbers such as +12145550100, one a line']
  expect(read({ emails: 'ada' })).toEqual([emails])
  expect(read({ emails: 'ada@example.com\nbob', phones: '0214' })).toEqual([emails, phones])
  // No mailbox has so long an address, and no delivery could be stored for it.
  expect(read({ emails: `ada@${'x.'.repeat(130)}com` })).toEqual([emails])
})

test('more than fifty are too many', () => {
  const many = Array.from({ length: 51 }, (_, index) => index + 10)
  expect(
    read({
      emails: many.map((number) => `a${number}@example.com`).join('\n'),
      phones: many.map((number) => `+121455501${number}`).join('\n'),
    }),
  ).toEqual([
    ['emails', 'Write at most 50 email addresses'],
    ['phones', 'Write at most 50 phone numbers'],
  ])
})

test('lines, commas, semicolons and blanks are between them', () => {
  expect(read({ emails: ' ada@example.com, bob@example.com\r\neve@example.com;', phones: '\n' })).toEqual({
    emails: ['ada@example.com', 'bob@example.com', 'eve@example.com'],
    phones: [],
  })
})
