import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { DeadLetters } from '@/app/components/console/dead-letters'

const letter = {
  id: 'l1',
  queue: 'alerts-dead',
  about: 'slack',
  error: 'away',
  tries: 6,
  failed: 'Nov 1',
} as const

/** As a viewer sees them. */
function letters(cut: Parameters<typeof DeadLetters>[0]['cut']): string {
  return renderToStaticMarkup(<DeadLetters rows={[letter]} cut={cut} formKey="k" mayOperate={false} />)
}

test('everybody reads how many letters are not shown', () => {
  expect(letters([{ queue: 'alerts-dead', shown: 100, total: 120 }])).toContain(
    'From alerts: these are 100 of 120, the newest.',
  )
  expect(letters([])).not.toContain('these are')
})
