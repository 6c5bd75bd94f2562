/** A place in a line. */
export interface Turn {
  /** Settles when all places before this one were passed. */
  mine: Promise<void>
  /** Lets the next place through. A second call does nothing. */
  pass: () => void
}

/** A line in this process. Each call takes the next place in it; every place must be passed in the end. */
export function turns(): () => Turn {
  let last = Promise.resolve()
  return () => {
    const mine = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = mine.then(() => promise)
    return { mine, pass: resolve }
  }
}
