import { describe, expect, it } from 'vitest'
import { asksAboutTooMuch, isTooDeep } from '@/app/web/route-discovery'
import { listRoutes } from '../../support/route-list'

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

describe('a question about links', () => {
  const about = (paths: readonly string[]) =>
    asksAboutTooMuch(new URLSearchParams(paths.map((path) => ['p', path])))

  it('may name nothing', () => {
    expect(about([])).toBe(false)
    expect(asksAboutTooMuch(new URLSearchParams('q=/a/b&version=1'))).toBe(false)
  })

  // Remix's client keeps each below 7,680 characters.
  it.each<[string, (id: string) => string]>([
    ['cities', (id) => `/cities/${id}`],
    ['cities of the console', (id) => `/admin/cities/${id}`],
    ['ledgers of the console', (id) => `/admin/cities/${id}/ledger`],
    ['changes of the console', (id) => `/admin/cities/${id}/relimit`],
  ])('may name all %s that fit into an address, whose ids are as short as they can be', (_name, path) => {
    const params = new URLSearchParams()
    for (let n = 36; params.toString().length < 7_680; n++) params.append('p', path(n.toString(36)))
    expect(params.size).toBeGreaterThan(180)
    expect(asksAboutTooMuch(params)).toBe(false)
  })

  it.each<[string, string[]]>([
    ['one path that is too deep', ['/admin', '/'.repeat(17)]],
    ['one path that is too deep without its first slash', ['a/'.repeat(17)]],
    ['many paths', Array.from({ length: 1_200 }, (_, n) => `/${n}`)],
    ['many parts of few paths', Array.from({ length: 80 }, (_, n) => `/${n}/a/b/c/d/e/f/g/h`)],
    ['many parts that are empty', Array.from({ length: 80 }, (_, n) => `/${n}${'/'.repeat(8)}`)],
  ])('may not name %s', (_name, paths) => {
    expect(about(paths)).toBe(true)
  })

  it('may name the same path often', () => {
    expect(about(Array.from({ length: 1_200 }, () => '/a'))).toBe(false)
  })
})
