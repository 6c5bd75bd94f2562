/** Tells people what happens; stdout belongs to the result. */
export interface Progress {
  say: (line: string) => void
  /** Seconds since the start, for an account of what happened when. */
  seconds: () => number
}

export function startProgress(): Progress {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  return {
    seconds,
    say: (line) => void process.stderr.write(`${seconds().toFixed(1).padStart(6)} s  ${line}\n`),
  }
}
