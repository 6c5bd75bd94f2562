import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { mutations } from '@/tests/chaos/mutations/list'

test.each(mutations)('$name: the code to change is there, once', ({ edits, tests }) => {
  for (const { file, from, to } of edits) {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  }
  for (const file of tests) expect(existsSync(join(root, file)), file).toBe(true)
})
