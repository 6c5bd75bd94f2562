import type { FormRefusal } from '@/app/forms/form-refusal'

/** What a form shows, by the names of its fields. */
export type FormValues = Readonly<Record<string, string>>

/**
 * The version of what is stored that a form goes on from, and the form's React key: with another one its fields begin
 * anew. Refused for anything but somebody else's change, it goes on from what it began with: nobody was shown what is new.
 */
export function versionSeen(stored: string, refused: FormRefusal | undefined): string {
  return (refused && !refused.opened ? refused.entered.version : undefined) ?? stored
}

/**
 * Hidden in a form: what it began with, and the version of that. So a change that somebody else makes meanwhile is
 * neither undone nor overlooked.
 */
export function OpenedWith(props: { version: string; values: FormValues; refused: FormRefusal | undefined }) {
  const { version, values, refused } = props
  const before = refused && !refused.opened ? refused.entered.opened : undefined
  return (
    <>
      <input type="hidden" name="version" value={versionSeen(version, refused)} />
      <input type="hidden" name="opened" value={before ?? JSON.stringify(values)} />
    </>
  )
}

/** What a field shows: what was entered, or what is stored where nobody touched it. */
export function shownAt(refused: FormRefusal | undefined, stored: FormValues, name: string): string {
  const isStored = !refused || refused.opened !== undefined
  return refused?.entered[name] ?? (isStored ? stored[name] : undefined) ?? ''
}

/** What somebody else has made of a field since the form was opened; undefined where nothing, or just the same. */
export function newsAt(
  refused: FormRefusal | undefined,
  stored: FormValues,
  name: string,
  inWords: (value: string) => string = (value) => value || 'nothing',
): string | undefined {
  const before = refused?.opened?.[name]
  const now = stored[name] ?? ''
  if (!refused || before === undefined || before === now) return undefined
  const entered = refused.entered[name]
  if (entered === undefined) return `Somebody else has changed this. It was: ${inWords(before)}`
  return entered === now ? undefined : `Somebody else has set this to: ${inWords(now)}`
}
