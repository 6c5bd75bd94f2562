import { expect, test } from 'vitest'
import { csvHead, csvLine } from '@/lib/csv'

test('a file begins with what tells spreadsheets that it is UTF-8', () => {
  const bytes = new TextEncoder().encode(csvHead(['id', 'reason']) + csvLine([1, 'für Zoë']))
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(new TextDecoder().decode(bytes)).toBe('id,reason\r\n1,für Zoë\r\n')
})
