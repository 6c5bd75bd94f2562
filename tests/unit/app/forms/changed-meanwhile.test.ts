import { expect, test } from 'vitest'
import { newsAt, shownAt } from '@/app/components/console/opened-with'
import { openedValues, rowsShown, thresholdValues } from '@/app/components/console/threshold-rows'
import { touched } from '@/app/forms/changed-meanwhile'

/** A form that was open while somebody else changed the same. */

type Row = [remaining: number, level: string]

const valuesOf = (rows: readonly Row[]) =>
  thresholdValues(
    rows.map(([remaining, level]) => ({ tier: 'ga', remaining, level, channels: ['email', 'slack'] })),
    { isOwner: true },
  )

/** What is shown to the second of two, who opened the first rows, entered the second ones, and is refused. */
function merged(opened: Row[], changes: Record<string, string>, stored: Row[]) {
  const began = valuesOf(opened)
  const entered = touched({ ...began, ...changes }, began)
  const refused = { form: 'thresholds', problems: [], entered, opened: began }
  return rowsShown('ga', valuesOf(stored), refused, (level) => level)
    .map(({ remaining, level, news }) => [remaining, level, news ?? ''].join(' ').trim())
    .filter((row) => row !== 'low')
}

const opened: Row[] = [
  [25, 'low'],
  [10, 'critical'],
]

test('what somebody else changed, added and removed is shown where it was not touched', () => {
  expect(
    merged(opened, { 'ga-1-level': 'emergency' }, [
      [25, 'monitor'],
      [15, 'active'],
      [10, 'critical'],
    ]),
  ).toEqual([
    '25 monitor Somebody else has changed this. It was: 25 left, low, by Slack, Email',
    '15 active Somebody else has added this.',
    '10 emergency',
  ])
  expect(merged(opened, { 'ga-1-level': 'emergency' }, [[10, 'critical']])).toEqual([
    '10 emergency',
    'low Somebody else has removed this: 25 left, low, by Slack, Email',
  ])
})

test('what was entered stays, beside what is stored', () => {
  const change = { 'ga-0-level': 'monitor', 'ga-2-remaining': '5', 'ga-2-level': 'emergency' }
  expect(
    merged(opened, change, [
      [25, 'active'],
      [10, 'critical'],
    ]),
  ).toEqual([
    '25 monitor Somebody else has set this to: 25 left, active, by Slack, Email',
    '10 critical',
    '5 emergency',
  ])
  expect(merged(opened, { 'ga-0-remaining': '30' }, [[10, 'critical']])).toEqual([
    '10 critical',
    '30 low Somebody else has removed this: 25 left, low, by Slack, Email',
  ])
  expect(
    merged(opened, { 'ga-0-remaining': '' }, [
      [25, 'active'],
      [10, 'critical'],
    ]),
  ).toEqual(['low Somebody else has set this to: 25 left, active, by Slack, Email', '10 critical'])
})

test('what was added stays through a second change of somebody else, in whatever row it came to stand', () => {
  const fill = (rows: ReturnType<typeof rowsShown>, ...added: string[]): Record<string, string> => {
    const empty = rows.filter(({ remaining }) => remaining === '').map(({ name }) => name)
    return Object.fromEntries(
      added.map((remaining, index) => [`${empty[index]}-remaining`, remaining] as const),
    )
  }
  const shownTo = (began: Record<string, string>, entered: Record<string, string>, stored: Row[]) => {
    const refused = {
      form: 'thresholds',
      problems: [],
      opened: began,
      entered: touched({ ...began, ...entered }, began),
    }
    return rowsShown('ga', valuesOf(stored), refused, (level) => level)
  }
  const first = valuesOf([[25, 'low']])
  const firstRows = rowsShown('ga', first, undefined, (level) => level)
  const secondRows = shownTo(first, fill(firstRows, '8', '6'), [[25, 'monitor']])
  const second = openedValues(valuesOf([[25, 'monitor']]), secondRows)
  const kept = Object.fromEntries(
    secondRows.map(({ name, remaining }) => [`${name}-remaining`, remaining] as const),
  )
  const entered = { ...kept, ...fill(secondRows, '4', '2') }
  const shown = shownTo(second, entered, [[25, 'active']]).map(({ remaining }) => remaining)
  expect(shown.filter((remaining) => remaining !== '')).toEqual(['25', '8', '6', '4', '2'])
})

test('what both changed alike, or both removed, is no news', () => {
  expect(
    merged(opened, { 'ga-0-level': 'monitor' }, [
      [25, 'monitor'],
      [10, 'critical'],
    ]),
  ).toEqual(['25 monitor', '10 critical'])
  expect(merged(opened, { 'ga-0-remaining': '' }, [[10, 'critical']])).toEqual(['10 critical'])
})

test('what is refused for another reason is shown as it was entered', () => {
  const entered = { ...valuesOf(opened), 'ga-0-remaining': 'many' }
  const refused = { form: 'thresholds', problems: [], entered }
  const rows = rowsShown('ga', valuesOf([[10, 'critical']]), refused, (level) => level)
  expect(rows.map(({ remaining }) => remaining)).toEqual(['many', '10', '', ''])
})

test('a field shows what was entered, or what is stored where nobody touched it', () => {
  const began = { venue: 'The Shop', name: 'Chicago', note: 'a\nb', isQuiet: 'yes', same: 'x' }
  const entered = touched({ venue: 'The Shop', name: 'Chi', note: 'a\r\nb', same: 'y' }, began)
  expect(entered).toEqual({ name: 'Chi', isQuiet: '', same: 'y' })
  const refused = { form: 'details', problems: [], entered, opened: began }
  const stored = { venue: 'The Hall', name: 'Chicago, IL', note: 'a\nb', isQuiet: 'yes', same: 'y' }
  expect(
    Object.keys(began).map((name) => [shownAt(refused, stored, name), newsAt(refused, stored, name)]),
  ).toEqual([
    ['The Hall', 'Somebody else has changed this. It was: The Shop'],
    ['Chi', 'Somebody else has set this to: Chicago, IL'],
    ['a\nb', undefined],
    ['', undefined],
    ['y', undefined],
  ])
})
