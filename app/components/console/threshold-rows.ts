import type { FormRefusal } from '@/app/forms/form-refusal'
import { alertChannels, channelNames } from '@/lib/alerts/channel-names'
import { type Tier, tierLabel, tiers } from '@/lib/tier'
import type { FormValues } from './opened-with'

export const thresholdChannels = alertChannels.map((channel) => [channel, channelNames[channel]] as const)

/** Empty rows for new thresholds. */
const spare = 2

/** A threshold in its form, as texts. */
export interface ThresholdRow {
  /** What its fields' names begin with. */
  name: string
  label: string
  /** Blank: no threshold. */
  remaining: string
  level: string
  /** Separated by commas. */
  channels: string
  /** What somebody else has made of it since the form was opened. */
  news?: string | undefined
}

type Content = Omit<ThresholdRow, 'name' | 'label'>

/** Thresholds as the form's fields, with empty rows for whoever may add some. */
export function thresholdValues(
  thresholds: readonly { tier: Tier; remaining: number; level: string; channels: readonly string[] }[],
  { isOwner }: { isOwner: boolean },
): Record<string, string> {
  const rows = tiers.flatMap((tier) => {
    const stored = thresholds.filter((one) => one.tier === tier)
    const contents = stored.map(({ remaining, level, channels }) => ({
      remaining: String(remaining),
      level,
      channels: channelsIn(channels),
    }))
    return named(tier, [...contents, ...(isOwner ? blanks() : [])])
  })
  return valuesOf(rows)
}

/**
 * What a form begins with that shows these rows: what is stored, and every row beyond that as an empty one, so that what
 * stands there counts as added.
 */
export function openedValues(stored: FormValues, rows: readonly ThresholdRow[]): Record<string, string> {
  const beyond = rows.filter(({ name }) => stored[`${name}-remaining`] === undefined)
  return { ...stored, ...valuesOf(beyond.map((row) => ({ ...row, ...blank }))) }
}

function valuesOf(rows: readonly ThresholdRow[]): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap(({ name, remaining, level, channels }) => [
      [`${name}-remaining`, remaining],
      [`${name}-level`, level],
      [`${name}-channels`, channels],
    ]),
  )
}

/**
 * The rows that a tier's form shows: what is stored, or what was entered and refused. Where somebody else has changed
 * thresholds since the form was opened, each is known by its number of seats: those that were not touched are shown as
 * they are stored, and what was entered stays, beside what is stored.
 *
 * @param levelName a level in words
 */
export function rowsShown(
  tier: Tier,
  stored: FormValues,
  refused: FormRefusal | undefined,
  levelName: (level: string) => string,
): ThresholdRow[] {
  if (!refused) return named(tier, contentsOf(tier, stored))
  if (!refused.opened) return named(tier, contentsOf(tier, refused.entered))
  const before = contentsOf(tier, refused.opened)
  const mine = contentsOf(tier, { ...refused.opened, ...refused.entered })
  const pairs = before.map((was, index) => ({ was, entered: mine[index] ?? was }))
  const now = contentsOf(tier, stored).filter(isThreshold)
  const inWords = ({ remaining, level, channels }: Content) =>
    `${remaining} left, ${levelName(level)}, by ${namesOf(channels)}`

  const there = now.map((row): Content => {
    const pair = pairs.find(({ was }) => was.remaining === row.remaining)
    if (!pair) return { ...row, news: 'Somebody else has added this.' }
    const { was, entered } = pair
    if (same(was, entered))
      return same(was, row)
        ? row
        : { ...row, news: `Somebody else has changed this. It was: ${inWords(was)}` }
    return same(was, row) || same(entered, row)
      ? entered
      : { ...entered, news: `Somebody else has set this to: ${inWords(row)}` }
  })
  const gone = pairs.flatMap(({ was, entered }): Content[] => {
    if (!isThreshold(was) || now.some(({ remaining }) => remaining === was.remaining)) return []
    const news = `Somebody else has removed this: ${inWords(was)}`
    if (same(was, entered)) return [{ ...was, remaining: '', news }]
    return isThreshold(entered) ? [{ ...entered, news }] : []
  })
  const added = pairs.flatMap(({ was, entered }) =>
    !isThreshold(was) && isThreshold(entered) ? entered : [],
  )
  return named(tier, [...there, ...gone, ...added, ...blanks()])
}

function named(tier: Tier, contents: readonly Content[]): ThresholdRow[] {
  return contents.map((content, index) => ({
    ...content,
    name: `${tier}-${index}`,
    label: `${tierLabel(tier)} ${index + 1}`,
  }))
}

function contentsOf(tier: Tier, values: FormValues): Content[] {
  const contents: Content[] = []
  for (let index = 0; values[`${tier}-${index}-remaining`] !== undefined; index++) {
    const text = (field: string) => values[`${tier}-${index}-${field}`] ?? ''
    contents.push({ remaining: text('remaining'), level: text('level'), channels: text('channels') })
  }
  return contents
}

const blank: Content = { remaining: '', level: 'low', channels: 'slack,email' }

function blanks(): Content[] {
  return Array.from({ length: spare }, () => blank)
}

function isThreshold({ remaining }: Content): boolean {
  return remaining.trim() !== ''
}

function same(one: Content, other: Content): boolean {
  return one.remaining === other.remaining && one.level === other.level && one.channels === other.channels
}

/** In the order of the boxes, as browsers send them. */
function channelsIn(channels: readonly string[]): string {
  return thresholdChannels.flatMap(([channel]) => (channels.includes(channel) ? [channel] : [])).join(',')
}

function namesOf(channels: string): string {
  const names = thresholdChannels.flatMap(([channel, name]) =>
    channels.split(',').includes(channel) ? [name] : [],
  )
  return names.join(', ') || 'nothing'
}
