import { parseTier, tierLabel } from '@/lib/tier'

const longest = 160

/**
 * What became different, in one line: `GA actual limit: 35 → 45`. Of what lies inside, and of lists, only what moved.
 */
export function changeWords(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const line = insideParts([], before, after).join(', ')
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`
}

/** Why something was refused, as it is read: `wrong credentials`. */
export function codeWords(code: string | null): string | null {
  return code === null ? null : code.replaceAll('_', ' ')
}

function insideParts(path: readonly string[], before: object, after: object): string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const names = [...new Set([...old.keys(), ...now.keys()])]
  return names.flatMap((name) => parts([...path, nameWords(name)], old.get(name), now.get(name)))
}

function parts(path: readonly string[], old: unknown, now: unknown): string[] {
  const name = path.join(' ')
  if (Array.isArray(old) && Array.isArray(now)) return listParts(name, old, now)
  if (isRecord(old ?? now) && isRecord(now ?? old)) return insideParts(path, old ?? {}, now ?? {})
  const [oldText, nowText] = [shown(old), shown(now)]
  if (oldText === nowText) return []
  if (oldText === '' || nowText === '') return [`${name}: ${oldText || nowText}`]
  return [`${name}: ${oldText} → ${nowText}`]
}

function listParts(name: string, old: readonly unknown[], now: readonly unknown[]): string[] {
  const [oldTexts, nowTexts] = [old.map(shown), now.map(shown)]
  const moved = [
    ...oldTexts.filter((text) => !nowTexts.includes(text)).map((text) => `removed ${text}`),
    ...nowTexts.filter((text) => !oldTexts.includes(text)).map((text) => `added ${text}`),
  ]
  return moved.length === 0 ? [] : [`${name}: ${moved.join(', ')}`]
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `actualLimit` is stored; `actual limit` is read. */
function nameWords(name: string): string {
  const tier = parseTier(name)
  if (tier) return tierLabel(tier)
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ')
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(shown).join(' and ')
  if (isRecord(value)) return Object.values(value).map(shown).join(' ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
