import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '@/bin/root'

/** Radii and text sizes are the tokens': one value, and a scale of six. */

const folder = join(root, 'app/styles')

/** What the style sheets say of a property, each with its file. */
function valuesOf(property: string): string[] {
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(new RegExp(`\\b${property}: (.+);`, 'g'))].map(
      ([, value = '']) => `${file}: ${value}`,
    ),
  )
}

test('corners have the one radius, unless the whole is round or square', () => {
  const radii = valuesOf('border-radius')
  expect(radii.length).toBeGreaterThan(20)
  expect(radii.filter((value) => !/: (var\(--radius\)|50%|0)$/.test(value))).toEqual([])
})

test('text has one of the six sizes, or the size of what it stands in', () => {
  const sizes = valuesOf('font-size')
  expect(sizes.length).toBeGreaterThan(20)
  expect(sizes.filter((value) => !/: (var\(--size-[1-6]\)|inherit|100%)$/.test(value))).toEqual([])
})
