export interface CrowdResult {
  perSecond: number
  /** Milliseconds each took. */
  times: number[]
}

/** Does something `count` times, `atOnce` at a time, and measures it. */
export async function crowd(
  count: number,
  atOnce: number,
  act: (index: number) => Promise<unknown>,
): Promise<CrowdResult> {
  const times: number[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      const began = performance.now()
      await act(index)
      times.push(performance.now() - began)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { perSecond: (count * 1000) / (performance.now() - began), times }
}
