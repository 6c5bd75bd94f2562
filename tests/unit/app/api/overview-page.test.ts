import { expect, test } from 'vitest'
import { pageOf, type Place } from '@/app/api/overview-page'

const tour: Place[] = [
  { startsOn: '2026-02-01', cityId: 'b-1' },
  { startsOn: '2026-02-01', cityId: 'b1' },
  { startsOn: '2026-01-31', cityId: 'z' },
  { startsOn: '2026-03-01', cityId: 'a' },
]

function page(cities: readonly Place[], limit: number, cursor?: string) {
  const read = pageOf(cities, { limit, cursor })
  if (!read) throw new Error('The cursor was refused')
  return { ids: read.cities.map(({ cityId }) => cityId), next: read.nextCursor ?? undefined }
}

test('pages go through all cities in order, each once', () => {
  expect(page(tour, 4)).toEqual({ ids: ['z', 'b-1', 'b1', 'a'], next: undefined })
  const first = page(tour, 3)
  expect(first.ids).toEqual(['z', 'b-1', 'b1'])
  expect(page(tour, 3, first.next)).toEqual({ ids: ['a'], next: undefined })
  expect(page([], 3)).toEqual({ ids: [], next: undefined })
})

test.each([1, 2, 3])('%i a page: the walk goes on though the last city was archived meanwhile', (limit) => {
  const seen = page(tour, limit)
  const left = tour.filter(({ cityId }) => cityId !== seen.ids.at(-1))
  const { ids, next } = page(left, 10, seen.next)
  expect([...seen.ids, ...ids]).toEqual(['z', 'b-1', 'b1', 'a'])
  expect(next).toBeUndefined()
})

test('a cursor that it did not write is none', () => {
  const written = (text: string) => Buffer.from(text).toString('base64url')
  const { next = '' } = page(tour, 1)
  for (const cursor of ['', 'x', written('dallas-jan-2026'), written('2026-1-1~z'), `${next}=`, ` ${next}`])
    expect(pageOf(tour, { limit: 1, cursor })).toBeNull()
})
