import type { Page } from 'playwright'

/** Links and buttons that a finger could miss; links within a sentence are as they are. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'a, button, select, textarea, input:not([type=hidden]), summary',
      ),
    ]
      .filter((target) => target.checkVisibility() && !target.closest('p') && !target.matches('.skip-link'))
      .map((target) => ({
        text: target.textContent,
        box: (target.closest('label') ?? target).getBoundingClientRect(),
      }))
      .filter(({ box }) => box.height < 44 || box.width < 24)
      .map(({ text, box }) => `${text}: ${box.width}×${box.height}`),
  )
}
