import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'

/**
 * What keeps people out of a page, as axe finds it: first in light, then in dark, where nothing but colours differs.
 * Each is its rule, and the elements.
 */
export async function barriersIn(page: Page): Promise<string[][]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const inLight = await scan(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  const inDark = await scan(page, ['color-contrast'])
  return [...inLight, ...inDark.map(([rule, ...elements]) => [`${rule} in dark`, ...elements])]
}

async function scan(page: Page, rules: string[] = []): Promise<string[][]> {
  // Otherwise axe opens a second page for each scan, to add up what it found in frames; no page of ours has any.
  const axe = new AxeBuilder({ page }).setLegacyMode(true)
  if (rules.length > 0) axe.withRules(rules)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
}
