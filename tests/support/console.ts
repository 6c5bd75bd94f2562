import type { BrowserContextOptions, Page } from 'playwright'
import { closeDatabase } from '@/lib/database'
import type { Role } from '@/lib/accounts'
import { aClient, anAccount, aSession } from './accounts'
import type { Shop } from './shop'
import type { Visitors } from './visitors'

/** People who run the shop, in browsers. */
export interface Console {
  /** Makes an account, and opens the overview in a browser that has signed in to it. */
  enter: (role: Role, options?: BrowserContextOptions) => Promise<Admin>
  /** The audit rows of what somebody did to something, the newest first. */
  auditRows: (email: string, target?: string) => Promise<AuditRow[]>
  close: () => Promise<void>
}

export interface Admin {
  page: Page
  email: string
  password: string
}

export interface AuditRow {
  action: string
  outcome: string
  code: string | null
  before: unknown
  after: unknown
  reason: string | null
  authorized_by: string | null
}

export function consoleOf(shop: Shop, visitors: Visitors): Console {
  // Accounts are made by the product's own code, which opens the database that the environment names.
  process.env.DATABASE_URL = shop.database.appUrl
  return {
    async enter(role, options) {
      const account = await anAccount(role)
      const page = await visitors.arrive(options)
      const { token } = await aSession(account, aClient('127.0.0.1'))
      await page.context().addCookies([{ name: 'session', value: token, url: shop.origin, httpOnly: true }])
      await page.goto(`${shop.origin}/admin`)
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
      const { email, password } = account
      return { page, email, password }
    },
    auditRows: (email, target) =>
      shop.rows<AuditRow & { target: string }>(
        `select action, outcome, code, before, after, reason, authorized_by from admin_audit
         where actor_label = $1 and action not like 'sign%' and action not like 'session%'
           and ($2::text is null or target = $2) order by id desc`,
        [email, target ?? null],
      ),
    close: closeDatabase,
  }
}

/** Goes from the overview to a city, as a person who has signed in does. */
export async function openCity(page: Page, city: string): Promise<void> {
  await page.goto(new URL('/admin', page.url()).href)
  await page.getByRole('link', { name: city, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: city }).waitFor()
}
