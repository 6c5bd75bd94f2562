import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from './clock'
import type { Store } from './store'

const VERSION = 1
const PAUSE_MS = 300

/** The store's collections by their names, and the rest of the state. */
interface Saved {
  version: number
  offsetMs: number
  collections: { [name: string]: Array<{ id: string }> }
}

export interface StateFile {
  /** Something changed: saved a moment later. */
  touch: () => void
  /** Saves now what is not saved yet. */
  flush: () => void
}

/** Keeps the state in a JSON file; what is in the file already is taken up first. */
export function openStateFile(
  path: string | undefined,
  store: Store,
  clock: Clock,
  log: (line: string) => void,
): StateFile {
  if (path === undefined) return { touch: () => {}, flush: () => {} }
  const saved = read(path, log)
  if (saved) restore(saved, store, clock)

  let timer: NodeJS.Timeout | null = null
  const flush = () => {
    if (!timer) return
    clearTimeout(timer)
    timer = null
    write(path, store, clock)
  }
  const touch = () => {
    timer ??= setTimeout(flush, PAUSE_MS).unref()
  }
  return { touch, flush }
}

function read(path: string, log: (line: string) => void): Saved | null {
  try {
    const saved = JSON.parse(readFileSync(path, 'utf8')) as Saved
    if (saved.version === VERSION) return saved
    log(`The Stripe stand-in starts empty: ${path} is from another version`)
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing) log(`The Stripe stand-in starts empty: ${path} is not readable`)
  }
  return null
}

function restore(saved: Saved, store: Store, clock: Clock): void {
  clock.advance(saved.offsetMs)
  for (const [name, collection] of collectionsOf(store)) {
    // The file is the stand-in's own, of this version; what it wrote is what it reads.
    collection.replaceAll((saved.collections[name] ?? []) as never[])
  }
  const entries = (saved.collections['idempotency'] ?? []) as Store['idempotency'] extends Map<
    string,
    infer E
  >
    ? E[]
    : never
  for (const entry of entries) if (entry.answer) store.idempotency.set(entry.id, entry)
}

function write(path: string, store: Store, clock: Clock): void {
  const collections = Object.fromEntries(
    collectionsOf(store).map(([name, collection]) => [name, collection.oldestFirst()]),
  )
  const saved: Saved = {
    version: VERSION,
    offsetMs: clock.offsetMs(),
    collections: { ...collections, idempotency: [...store.idempotency.values()] },
  }
  mkdirSync(dirname(path), { recursive: true })
  // Written aside and moved into place, so that a crash leaves the old file or the new one, never a half.
  const aside = `${path}.${process.pid}.tmp`
  writeFileSync(aside, JSON.stringify(saved), { mode: 0o600 })
  renameSync(aside, path)
}

function collectionsOf({ idempotency: _, ...collections }: Store) {
  return Object.entries(collections)
}
