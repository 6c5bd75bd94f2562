import type { HandlerOf } from '@/app/api/answer'
import type { readInventoryCall } from '@/app/api/calls/read-inventory'
import { done, failed } from '@/app/api/outcome'
import { presentStatus } from '@/app/api/present-inventory'
import { type Failure, rateLimited } from '@/app/web/envelope'
import { publicRead, publicReadResponse } from '@/app/web/stock/public-read'
import { validatePublicly } from '@/app/web/stock/public-validation'
import { may } from '@/lib/accounts/principal'
import { checkInventoryStatus, getAllInventoryStatuses } from '@/lib/inventory'
import { noSuchCity } from '@/lib/no-such-city'

export const unknownCity: Failure = { code: 'unknown_city', message: noSuchCity }

/** Everybody's numbers from memory; those of a role from the database, also of a city that is archived. */
export const readAllOrOne: HandlerOf<typeof readInventoryCall> = async ({
  query,
  principal,
  request,
  context,
}) => {
  const { cityId, validate } = query
  if (validate) {
    const wait = await context.count('validation')
    if (wait !== null) return failed(rateLimited(wait))
    const { tier, quantity } = query
    const validation = await validatePublicly(context.liveStock, { cityId: cityId ?? null, tier, quantity })
    return validation.ok ? done(validation.answer) : failed(validation.failure)
  }
  if (may(principal, 'see')) {
    if (cityId === undefined) return done((await getAllInventoryStatuses()).map(presentStatus))
    const status = await checkInventoryStatus(cityId)
    return status ? done(presentStatus(status)) : failed(unknownCity)
  }
  const view = await context.liveStock.read()
  const answer = cityId === undefined ? view.all : view.answer(cityId)
  if (!answer) return failed(unknownCity)
  const { identity, etag } = publicRead(answer)
  return publicReadResponse(identity.toString(), etag, request)
}
