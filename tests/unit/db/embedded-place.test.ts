import { describe, expect, test } from 'vitest'
import { choosePlace, type Place, type Places } from '@/db/embedded-place'

const wanted: Place = { folder: '/home/shop/.data/postgres', isReachable: true, hasData: false }
const substitute: Place = { folder: '/var/lib/shop/1f', isReachable: true, hasData: false }
const elsewhere: Place = { folder: '/var/lib/shop/2e', isReachable: true, hasData: true }
const full = { hasData: true }
const closed = { isReachable: false }

const chosen = (places: Partial<Places>) =>
  choosePlace({ wanted, substitute, remembered: undefined, ...places })

describe('a folder that no start has noted a place for', () => {
  test('has its database in itself where the server’s user can reach it, else elsewhere', () => {
    expect(chosen({})).toBe(wanted.folder)
    expect(chosen({ substitute: undefined })).toBe(wanted.folder)
    expect(chosen({ wanted: { ...wanted, ...closed } })).toBe(substitute.folder)
    expect(chosen({ wanted: { ...wanted, ...full }, substitute: { ...substitute, ...full } })).toBe(
      wanted.folder,
    )
  })

  test('keeps a database that is in the other place, whatever can be reached by now', () => {
    expect(chosen({ substitute: { ...substitute, ...full } })).toBe(substitute.folder)
    const refused = () => chosen({ wanted: { ...wanted, ...full, ...closed } })
    expect(refused).toThrow(/\/home\/shop\/\.data\/postgres.* cannot reach.*\/var\/lib\/shop\/1f/s)
  })
})

describe('a folder whose place is known', () => {
  test('has its database there, whatever can be reached by now', () => {
    expect(chosen({ remembered: elsewhere })).toBe(elsewhere.folder)
    expect(chosen({ wanted: { ...wanted, ...closed }, remembered: elsewhere })).toBe(elsewhere.folder)
  })

  test('gets no empty database where the data are gone', () => {
    const gone = { ...elsewhere, hasData: false }
    const refused = () => chosen({ remembered: gone })
    expect(refused).toThrow(/\/home\/shop\/\.data\/postgres.*\/var\/lib\/shop\/2e.* not there/s)
    expect(refused).toThrow('/home/shop/.data/postgres/kept-in')
  })

  test('nor where the server’s user cannot reach them', () => {
    const refused = () => chosen({ remembered: { ...elsewhere, ...closed } })
    expect(refused).toThrow(/\/var\/lib\/shop\/2e.* cannot reach.*\/home\/shop\/\.data\/postgres/s)
  })
})

describe('a database that another folder keeps in the same place', () => {
  const takenBy = '/home/old/.data/postgres'

  test('is not shared with a copy of that folder', () => {
    const refused = () => chosen({ remembered: { ...elsewhere, takenBy } })
    expect(refused).toThrow(/\/var\/lib\/shop\/2e.*\/home\/old\/\.data\/postgres/s)
  })

  test('is not taken for that of a new folder which has the place of the old one', () => {
    const taken = { ...substitute, ...full, takenBy }
    expect(chosen({ substitute: taken })).toBe(wanted.folder)
    expect(() => chosen({ wanted: { ...wanted, ...closed }, substitute: taken })).toThrow(takenBy)
  })
})
