import { expect, test } from 'vitest'
import { linkForms } from '@/app/forms/links'

const link = { form: 'issue', cityId: 'dallas', tier: 'ga', seats: '2', days: '14', email: '', note: '' }
const long = 'x'.repeat(256)

test.each([
  ['cityId', long, 'There is no such city'],
  ['seats', 'two', 'Seats must be a whole number'],
  ['days', '', 'Days must be a whole number'],
  ['email', long, 'The email address has at most 255 characters'],
  ['note', long, 'The note has at most 255 characters'],
])('what is wrong with a link is said of its field: %s', (field, text, message) => {
  const { error } = linkForms.safeParse({ ...link, [field]: text })
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([[field, message]])
})
