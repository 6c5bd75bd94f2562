import type { HandlerOf } from '@/app/api/answer'
import type { streamAdminInventoryCall } from '@/app/api/calls/admin-inventory'
import type { streamInventoryCall } from '@/app/api/calls/read-inventory'
import { failed } from '@/app/api/outcome'
import { rateLimited } from '@/app/web/envelope'
import { streamWait } from '@/app/web/event-stream'
import { streamAnswers } from '@/app/web/stream-answers'
import { stillMaySee } from '@/app/web/still-may-see'
import { unknownCity } from './read-inventory'

export const streamPublic: HandlerOf<typeof streamInventoryCall> = async ({ query: { cityId }, context }) => {
  const view = await context.liveStock.read()
  if (cityId !== undefined && !view.city(cityId)) return failed(unknownCity)
  const stream = streamAnswers(
    {
      feed: context.liveStock,
      pick: (current) => (cityId === undefined ? current.all : current.answer(cityId)),
    },
    context,
  )
  return stream ?? failed(rateLimited(streamWait))
}

/** Ends when the caller's session or token does. */
export const streamFull: HandlerOf<typeof streamAdminInventoryCall> = async ({ request, context }) => {
  const stream = streamAnswers(
    { feed: context.fullStock, pick: ({ all }) => all, mayGoOn: stillMaySee(request) },
    context,
  )
  return stream ?? failed(rateLimited(streamWait))
}
