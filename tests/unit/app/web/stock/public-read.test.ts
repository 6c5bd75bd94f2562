import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { answerFor } from '@/app/web/stock/public-answer'
import { isKnown, publicRead } from '@/app/web/stock/public-read'
import { someStock } from '@/tests/unit/app/stories'

it('is made once for each version, and is the same in every encoding', () => {
  const answer = answerFor([someStock()])
  const read = publicRead(answer)
  expect(publicRead(answer)).toBe(read)
  expect(JSON.parse(read.identity.toString())).toMatchObject({
    success: true,
    data: [{ cityId: 'dallas-jan-2026' }],
  })
  expect(gunzipSync(read.encoded('gzip'))).toEqual(read.identity)
  expect(brotliDecompressSync(read.encoded('br'))).toEqual(read.identity)
  expect(read.encoded('br')).toBe(read.encoded('br'))
})

it('has a mark of its own for each content', () => {
  const mark = (ga: number) => publicRead(answerFor([someStock({ publicAvailable: { ga, vip: 1 } })])).etag
  expect(mark(3)).toBe(mark(3))
  expect(mark(3)).not.toBe(mark(4))
})

it.each([
  ['W/"a"', true],
  ['"a"', true],
  ['"b", W/"a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['', false],
  [undefined, false],
])('If-None-Match: %s', (header, known) => {
  expect(isKnown('W/"a"', header)).toBe(known)
})
