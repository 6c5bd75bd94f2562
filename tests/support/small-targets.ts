import type { Page } from 'playwright'

/**
 * Links and buttons that a finger could miss, less than 44 pixels high or too narrow; links within a sentence are as
 * they are. What makes a whole label, tier or card react is as large as that.
 *
 * @param narrowest in pixels: 44 on customers' pages, 24 in the console, where short words stand side by side
 */
export function smallTargets(page: Page, { narrowest }: { narrowest: 24 | 44 }): Promise<string[]> {
  return page.evaluate(
    (least) =>
      [
        ...document.querySelectorAll<HTMLElement>(
          'a, button, select, textarea, input:not([type=hidden]), summary',
        ),
      ]
        .filter((target) => target.checkVisibility() && !target.closest('p') && !target.matches('.skip-link'))
        .map((target) => ({
          text: target.textContent,
          box: (target.closest('label, .tier, .city-card') ?? target).getBoundingClientRect(),
        }))
        .filter(({ box }) => box.height < 44 || box.width < least)
        .map(({ text, box }) => `${text}: ${box.width}×${box.height}`),
    narrowest,
  )
}
