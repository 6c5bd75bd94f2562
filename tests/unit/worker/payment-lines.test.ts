import { expect, test } from 'vitest'
import { leaveLines, paymentLines } from '@/worker/payment-lines'

test('a batch without jobs lets all go first that have theirs, also from behind', async () => {
  const lines = paymentLines()
  const came: string[] = []
  const first = lines.join()
  const drain = lines.joinLast().then((places) => {
    came.push('drain')
    return places
  })
  const second = lines.join()
  void second.claiming.mine.then(() => came.push('second'))
  await first.claiming.mine
  first.claiming.pass()
  await settled()
  expect(came).toEqual(['second'])
  // It claims while the batch before it locks, and locks when that has.
  second.claiming.pass()
  const places = await drain
  void places.locking.mine.then(() => came.push('drain locks'))
  await settled()
  expect(came).toEqual(['second', 'drain'])
  leaveLines(first)
  leaveLines(second)
  await settled()
  expect(came).toEqual(['second', 'drain', 'drain locks'])
})

test('who leaves twice is counted once', async () => {
  const lines = paymentLines()
  const [first, second] = [lines.join(), lines.join()]
  leaveLines(first)
  leaveLines(first)
  let came = false
  void lines.joinLast().then(() => (came = true))
  await settled()
  expect(came).toBe(false)
  leaveLines(second)
  await settled()
  expect(came).toBe(true)
})

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
