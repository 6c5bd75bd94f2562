import { expect, test } from 'vitest'
import { hashPassword, isOutdated, nobodysHash, verifyPassword } from '@/lib/accounts/password-hash'
import { passwordProblem, randomPassword } from '@/lib/accounts/password-rules'

const email = 'barbara.mills@example.com'

test.each([
  ['eleven char', 'too_short'],
  ['           a', 'too_short'],
  ['💈💈💈💈💈💈💈💈', 'too_short'],
  ['x'.repeat(257), 'too_long'],
  ['Barbara.Mills@Example.com', 'is_email'],
  ['barbara.mills', 'is_email'],
  ['Password1234', 'too_common'],
  ['pass-word-12345!', 'too_common'],
  ['abababababab', 'too_common'],
  ['correct horse battery staple', 'too_common'],
])('%s is %s', (password, problem) => {
  expect(passwordProblem(password, email)).toBe(problem)
})

test.each([
  'a barber in dallas',
  'Ein Friseur übt täglich',
  '理髪店へ行きましょう明日の朝に',
  'x7'.repeat(3) + 'abcdefg',
])('%s is good', (password) => {
  expect(passwordProblem(password, email)).toBeUndefined()
})

test('a random password passes the rules and is another each time', () => {
  const passwords = Array.from({ length: 50 }, randomPassword)
  expect(new Set(passwords).size).toBe(50)
  expect(passwords.map((password) => passwordProblem(password, email))).toEqual(Array(50).fill(undefined))
})

test('a hash belongs to its password alone, and is salted', async () => {
  const [one, two] = await Promise.all([
    hashPassword('a barber in dallas'),
    hashPassword('a barber in dallas'),
  ])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
  expect(await verifyPassword('a barber in dallas', one)).toBe(true)
  expect(await verifyPassword('A barber in dallas', one)).toBe(false)
  expect(isOutdated(one)).toBe(false)
})

test('the same letters in another Unicode form are the same password', async () => {
  expect(await verifyPassword('caf\u00e9 in dallas', await hashPassword('cafe\u0301 in dallas'))).toBe(true)
})

test('a hash with weaker parameters is read, and called outdated', async () => {
  // node:crypto argon2id, memory 8, passes 1, nonce 16 zero bytes, message "weak".
  const weak = '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$E3Ek5mMdQlqQ0ne0Zs4r8BvwX/P1X0DZuBp7neTscxc'
  expect(await verifyPassword('weak', weak)).toBe(true)
  expect(isOutdated(weak)).toBe(true)
})

test("nobody's hash costs the same as everybody's, and fits no password", async () => {
  expect(nobodysHash.split('$').slice(0, 4)).toEqual((await hashPassword('any')).split('$').slice(0, 4))
  expect(await verifyPassword('', nobodysHash)).toBe(false)
  await expect(verifyPassword('x', 'plain text')).rejects.toThrow('not in our format')
})
