import { unauthenticated } from '@/app/api/admit'
import type { HandlerOf } from '@/app/api/answer'
import type { readCityCall } from '@/app/api/calls/read-inventory'
import { noPlace } from '@/app/api/no-place'
import { done, failed } from '@/app/api/outcome'
import { presentExpansion, presentStatus, presentTransaction } from '@/app/api/present-inventory'
import type { LiveStock } from '@/app/web/stock/live-stock'
import { publicFields } from '@/app/web/stock/public-answer'
import { publicReadResponse } from '@/app/web/stock/public-read'
import { may } from '@/lib/accounts/principal'
import { checkInventoryStatus } from '@/lib/inventory'
import { readLedgerPage } from '@/lib/inventory/ledger/page'
import { type LedgerCursor, parseCursor } from '@/lib/inventory/ledger/query'
import { unknownCity } from './read-inventory'

const defaultLimit = 50

/** One city: public numbers for everybody; all of them and the history for a role, also if it is archived. */
export const readOneCity: HandlerOf<typeof readCityCall> = async (asked) => {
  const { params, query, principal, request, context } = asked
  const maySee = may(principal, 'see')
  // On purpose before everything else: whether a city exists is no reason to answer without its history.
  if ((query.transactions || query.expansions) && !maySee) return failed(unauthenticated)

  if (!maySee) {
    const answer = (await context.liveStock.read()).answer(params.cityId)
    if (!answer) return failed(unknownCity)
    const body = `{"success":true,"data":{"inventory":${answer.json}}}`
    return publicReadResponse(body, `W/"${answer.id}-c"`, request)
  }
  const inventory = query.public
    ? await publicNumbers(context.liveStock, params.cityId)
    : await allNumbers(params.cityId)
  if (!inventory) return failed(unknownCity)
  const transactionsFrom = readCursor(query.cursor)
  if (transactionsFrom === null) return failed(noPlace('cursor'))
  const expansionsFrom = readCursor(query.expansionsCursor)
  if (expansionsFrom === null) return failed(noPlace('expansionsCursor'))
  return done({
    inventory,
    ...(query.transactions && (await transactionsOf(params.cityId, query.limit, transactionsFrom))),
    ...(query.expansions && (await expansionsOf(params.cityId, query.limit, expansionsFrom))),
  })
}

async function publicNumbers(liveStock: LiveStock, cityId: string) {
  const stock = (await liveStock.read()).stock(cityId)
  if (!stock) return null
  const shown = publicFields(stock)
  return { ...shown, lastUpdated: shown.lastUpdated.toISOString() }
}

async function allNumbers(cityId: string) {
  const status = await checkInventoryStatus(cityId)
  return status && presentStatus(status)
}

async function transactionsOf(cityId: string, limit = defaultLimit, cursor?: LedgerCursor) {
  const { rows, nextCursor } = await readLedgerPage(cityId, { limit, cursor })
  return { transactions: rows.map(presentTransaction), transactionsCursor: nextCursor }
}

async function expansionsOf(cityId: string, limit = defaultLimit, cursor?: LedgerCursor) {
  const { rows, nextCursor } = await readLedgerPage(cityId, { limit, cursor, operation: 'expand' })
  return { expansions: rows.map(presentExpansion), expansionsCursor: nextCursor }
}

/** @returns null when it is none of ours */
function readCursor(text: string | undefined): LedgerCursor | undefined | null {
  return text === undefined ? undefined : parseCursor(text)
}
