import { expect, test } from 'vitest'
import { turns } from '@/worker/turns'

test('a turn comes when all before have passed, whoever passes first', async () => {
  const take = turns()
  const [first, second, third] = [take(), take(), take()]
  const came: string[] = []
  void second.mine.then(() => came.push('second'))
  void third.mine.then(() => came.push('third'))
  await first.mine
  second.pass()
  await settled()
  expect(came).toEqual([])
  first.pass()
  await settled()
  expect(came).toEqual(['second', 'third'])
})

test('passing again takes nobody else along', async () => {
  const take = turns()
  const [first, second, third] = [take(), take(), take()]
  first.pass()
  first.pass()
  await second.mine
  let came = false
  void third.mine.then(() => (came = true))
  await settled()
  expect(came).toBe(false)
})

/** All promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
