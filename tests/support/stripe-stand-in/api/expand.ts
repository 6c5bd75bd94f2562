import { invalidParam } from '../stripe/error'
import type { ListObject } from '../stripe/objects'
import type { World } from '../world'

type Json = { [key: string]: unknown }

const MAX_DEPTH = 4

/**
 * A copy of the object with the named properties expanded, such as `line_items`, `payment_intent.latest_charge`
 * or, for lists, `data.refunds` (https://docs.stripe.com/api/expanding_objects).
 * @throws StripeError 400 for a property that cannot be expanded.
 */
export function expanded(world: World, object: unknown, paths: readonly string[] = []): unknown {
  if (paths.length === 0) return object
  const copy: unknown = JSON.parse(JSON.stringify(object))
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > MAX_DEPTH) throw cannotExpand(path)
    expandInto(world, copy, parts, path)
  }
  return copy
}

function expandInto(world: World, node: unknown, parts: readonly string[], path: string): void {
  const [key, ...rest] = parts
  if (key === undefined || node === null) return
  if (!isJson(node)) throw cannotExpand(path)
  const children =
    key === 'data' && Array.isArray(node['data']) ? node['data'] : [child(world, node, key, path)]
  for (const item of children as unknown[]) expandInto(world, item, rest, path)
}

function child(world: World, node: Json, key: string, path: string): unknown {
  const value = node[key]
  if (typeof value === 'string') {
    const found = lookUp(world, value)
    if (found === undefined) throw cannotExpand(path)
    node[key] = structuredClone(found)
  } else if (value === undefined) {
    node[key] = structuredClone(includable(world, node, key, path))
  }
  return node[key]
}

function lookUp(world: World, id: string): object | undefined {
  const { store } = world
  return (
    store.paymentIntents.get(id) ??
    store.charges.get(id) ??
    store.refunds.get(id) ??
    store.products.get(id) ??
    store.prices.get(id) ??
    store.coupons.get(id)
  )
}

/** Lists that are part of an object only when asked for. */
function includable(world: World, node: Json, key: string, path: string): ListObject<unknown> {
  const id = String(node['id'])
  if (key === 'line_items' && node['object'] === 'checkout.session') {
    const items = world.store.sessions.get(id)?.lineItems ?? []
    return { object: 'list', url: `/v1/checkout/sessions/${id}/line_items`, has_more: false, data: items }
  }
  if (key === 'refunds' && node['object'] === 'charge') {
    const refunds = world.store.refunds.newestFirst().filter((refund) => refund.charge === id)
    return { object: 'list', url: `/v1/charges/${id}/refunds`, has_more: false, data: refunds }
  }
  throw cannotExpand(path)
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function cannotExpand(path: string) {
  return invalidParam('expand', `This property cannot be expanded (${path}).`)
}
