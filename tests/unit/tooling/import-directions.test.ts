import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

/** Imports run one way: app → lib → db, worker → lib → db, and between the folders of lib; nothing imports tests. */
const eslint = new ESLint({
  // The rule looks at the text alone; type information would need the file on disk.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ['no-restricted-imports', 'no-restricted-syntax'].includes(ruleId),
})

describe('refused', () => {
  test.each([
    ['app/routes/page.tsx', '@/worker/main'],
    ['app/routes/page.tsx', '../../worker/main'],
    ['app/routes/page.tsx', '@/tests/support/stripe-stand-in/main'],
    ['worker/main.ts', '@/app/web/visitor'],
    ['worker/main.ts', '../app/web/visitor'],
    ['lib/inventory/execute.ts', '@/app/web/visitor'],
    ['lib/inventory/execute.ts', '../../worker/main'],
    ['lib/inventory/execute.ts', '@/tests/support/database'],
    ['lib/alerts/raise.ts', '@/lib/inventory/availability'],
    ['lib/alerts/channels/sms.ts', '../../cities'],
    ['lib/inventory/execute.ts', '@/lib/cities'],
    ['lib/inventory/execute.ts', '@/lib/stripe/plan'],
    ['lib/cities/admin-cities.ts', '../checkout/sweep'],
    ['lib/payment-records/refund-rows.ts', '@/lib/stripe/facts'],
    ['lib/stripe/read-events.ts', '@/lib/payments/read-payments'],
    ['lib/analytics/history.ts', '@/lib/housekeeping'],
    ['db/client.ts', '@/lib/config'],
    ['db/client.ts', '../lib/config'],
    ['db/migrations/0001-initial.ts', '../../lib'],
  ])('%s importing %s', async (file, source) => {
    expect(await problems(file, `import { thing } from '${source}'`)).toHaveLength(1)
    expect(await problems(file, `export { thing } from '${source}'`)).toHaveLength(1)
    expect(await problems(file, `await import('${source}')`)).toHaveLength(1)
  })
})

describe('allowed', () => {
  test.each([
    ['app/routes/page.tsx', '@/lib/inventory'],
    ['app/routes/page.tsx', '../web/visitor'],
    ['app/web/worker-count.ts', './worker/count'],
    ['worker/main.ts', '@/lib/queues/definitions'],
    ['lib/database.ts', '@/db/client'],
    ['lib/checkout/validate.ts', '../inventory'],
    ['lib/inventory/execute.ts', '@/lib/alerts/raise'],
    ['lib/inventory/index.ts', '@/lib/stripe/process-session'],
    ['lib/alerts/raise.ts', './inventory'],
    ['lib/seed.ts', './cities/seed'],
    ['app/routes/page.tsx', '@/lib/housekeeping'],
    ['db/client.ts', './schema'],
    ['db/client.ts', 'library/app'],
    ['tests/integration/a.test.ts', '@/app/web/visitor'],
  ])('%s importing %s', async (file, source) => {
    expect(await problems(file, `import { thing } from '${source}'`)).toEqual([])
  })
})

async function problems(filePath: string, code: string) {
  const [result] = await eslint.lintText(code, { filePath })
  return result?.messages ?? []
}
