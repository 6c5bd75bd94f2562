import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'
import { mutations } from '@/tests/chaos/mutations/list'

const proofs = readFileSync(join(root, 'docs/proofs.md'), 'utf8')

test.each(mutations)('$name: the code to change is there, once', ({ edits, tests }) => {
  for (const { file, from, to } of edits) {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2)
    expect(to).not.toBe(from)
  }
  for (const file of tests) expect(existsSync(join(root, file)), file).toBe(true)
})

test.each(mutations)('$name: the table of what noticed it has a row', ({ name, tests }) => {
  const [, noticed = ''] = proofs.split(`\n| ${name} `)[1]?.split('|') ?? []
  const files = tests.map((file) => file.replace(/^tests\/(?:integration\/)?|\.test\.ts$/g, ''))
  expect(files).toContain(noticed.trim().split(':')[0])
})

test('each case that a test is named after is explained', () => {
  const named = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(join(root, 'tests', file), 'utf8').match(/\bC\d\d(?=:| and C)/g) ?? [])
  expect(named).not.toEqual([])
  const unexplained = [...new Set(named)].filter((id) => !proofs.includes(`\n| ${id} `))
  expect(unexplained).toEqual([])
})
