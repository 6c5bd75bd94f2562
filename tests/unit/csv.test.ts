import { expect, test } from 'vitest'
import { csvHead, csvLine } from '@/lib/csv'

test('a file begins with what tells spreadsheets that it is UTF-8', () => {
  const bytes = new TextEncoder().encode(csvHead(['id', 'reason']) + csvLine([1, 'für Zoë']))
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(new TextDecoder().decode(bytes)).toBe('id,reason\r\n1,für Zoë\r\n')
})

test.each([
  ['=1+1', "'=1+1"],
  ['-1', "'-1"],
  ['\n=1+1', `"'\n'=1+1"`],
  // Where numbers have a decimal comma, spreadsheets take a semicolon for the end of a cell, and see no quotes here.
  ["late;=cmd|'/C calc'!A0", "late;'=cmd|'/C calc'!A0"],
  ['two rooms\r\n+1', `"two rooms\r\n'+1"`],
  ['a\t@b', "a\t'@b"],
  // There two quotes are an empty text, and what follows goes on in the same cell.
  ['late;"=1+1;', `"late;""'=1+1;"`],
])('%j begins no cell that a spreadsheet would run', (text, written) => {
  expect(csvLine([text])).toBe(`${written}\r\n`)
})

test.each(['a-b; c', 'x = 1', '1;2', 'ann+tours@example.com'])('%s stays as it is', (text) => {
  expect(csvLine([text])).toBe(`${text}\r\n`)
})
