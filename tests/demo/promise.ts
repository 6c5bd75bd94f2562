/** Prints the demonstration and counts broken promises. */

let kept = 0
let broken = 0

export function chapter(title: string): void {
  process.stdout.write(`\n${title}\n${'─'.repeat(title.length)}\n`)
}

export function say(line: string): void {
  process.stdout.write(`  ${line}\n`)
}

/** One promised outcome: what it is, what happened, and what should have. */
export function expectPromise(promise: string, actual: unknown, wanted: unknown): void {
  const [seen, asked] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (seen === asked) {
    kept++
    process.stdout.write(`  ✓ ${promise}\n`)
    return
  }
  broken++
  process.stdout.write(`  ✗ ${promise}\n      promised ${asked}\n      happened ${seen}\n`)
}

/** @returns the exit code: 1 when a promise was broken */
export function verdict(): number {
  process.stdout.write(`\n${kept} promises kept, ${broken} broken\n`)
  return broken === 0 ? 0 : 1
}
