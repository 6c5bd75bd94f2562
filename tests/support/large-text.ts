import type { BrowserContextOptions, Page } from 'playwright'

/** A phone, upright. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
}

/** Sets the browser's text to 200 %, as people with weak eyes do; the page that is shown next has it. */
export async function enlargeText(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
}

/**
 * Words that cannot be read in one piece: broken in the middle though they are short, or beyond the page's edge. What
 * can be moved sideways by itself may reach further.
 */
export function lostWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const lost: string[] = []
    const range = document.createRange()
    const texts = document.createTreeWalker(
      document.querySelector('main') ?? document.body,
      NodeFilter.SHOW_TEXT,
    )
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (
        !text.parentElement?.checkVisibility() ||
        text.parentElement.closest('.visually-hidden, option, svg') ||
        // The head of a table whose rows are cards is for screen readers.
        text.parentElement.closest('thead')?.offsetWidth === 1
      )
        continue
      for (const { 0: word, index } of (text.textContent ?? '').matchAll(
        /(?<![\w@.-])[\p{L}\d$,]+(?![\w@.-])/gu,
      )) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const boxes = [...range.getClientRects()]
        const isCut = word.length <= 10 && new Set(boxes.map(({ top }) => Math.round(top))).size > 1
        const isOutside = boxes.some(({ right }) => right > document.documentElement.clientWidth)
        if (isCut || (isOutside && !text.parentElement.closest('.scroll, .plot'))) lost.push(word)
      }
    }
    return lost
  })
}
