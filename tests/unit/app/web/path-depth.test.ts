import { describe, expect, it } from 'vitest'
import { isTooDeep } from '@/app/web/path-depth'
import { listRoutes } from '@/tests/support/route-list'

describe('a path', () => {
  it.each(['/', '/nowhere', '/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p', `/${'x'.repeat(8_000)}`])(
    '%s is not too deep',
    (path) => {
      expect(isTooDeep(path)).toBe(false)
    },
  )

  it.each(['/a'.repeat(17), '/a'.repeat(4_000), '/'.repeat(17), `/cities/${'/'.repeat(7_000)}x`])(
    '%s is too deep',
    (path) => {
      expect(isTooDeep(path)).toBe(true)
    },
  )

  it('of our own is far from too deep', () => {
    for (const { pattern } of listRoutes()) expect(isTooDeep(`${pattern}/${pattern}`)).toBe(false)
  })
})
