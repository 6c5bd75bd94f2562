import { cities } from '@/app/format/cities'

/** Of a bulk call that did not do all: for how many cities it did what was asked for. */
export function partDone(operation: 'expand' | 'reset' | 'alert', done: number, total: number): string {
  const part = `${done} of ${cities(total)}`
  // An alert changes nothing.
  const what = operation === 'alert' ? `Alerts raised for ${part}` : `${part} changed`
  return `${what}; see the results.`
}
