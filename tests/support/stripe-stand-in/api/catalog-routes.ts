import { z } from 'zod'
import { invalidParam, noSuch, noSuchParam } from '../stripe/error'
import { newCoupon, newPrice, newProduct } from '../stripe/price'
import { listPage, within } from './list'
import { bool, created, currency, integer, metadata, paging, text, textUpTo } from './param-types'
import { noParams, route, type Call, type Route } from './route'

const priceParams = z.strictObject({
  currency,
  unit_amount: integer(0),
  product: text.optional(),
  product_data: z.strictObject({ name: textUpTo(250) }).optional(),
  recurring: z.strictObject({ interval: z.enum(['day', 'month', 'week', 'year']) }).optional(),
  nickname: text.optional(),
  metadata: metadata.optional(),
})

const couponParams = z.strictObject({
  id: text.optional(),
  percent_off: text,
  duration: z.literal('once').optional(),
  name: text.optional(),
})

const priceList = z.strictObject({ ...paging, created, active: bool.optional(), product: text.optional() })

/** Prices, products and coupons, as far as a shop needs them. */
export const catalogRoutes: Route[] = [
  route('POST', '/v1/prices', priceParams, ({ world }, params) => {
    const common = { created: world.clock.nowSeconds(), livemode: world.livemode }
    if ((params.product === undefined) === (params.product_data === undefined)) {
      throw invalidParam('product', 'You must specify either `product` or `product_data`.')
    }
    if (params.product !== undefined && !world.store.products.get(params.product)) {
      throw noSuchParam('product', params.product, 'product')
    }
    const product =
      params.product ??
      world.store.products.add(newProduct({ ...common, name: params.product_data?.name ?? '' })).id
    return world.store.prices.add(
      newPrice({
        ...common,
        product,
        currency: params.currency,
        unitAmount: params.unit_amount,
        metadata: params.metadata,
        nickname: params.nickname,
        interval: params.recurring?.interval,
      }),
    )
  }),
  route('GET', '/v1/prices', priceList, ({ world }, params) =>
    listPage('/v1/prices', world.store.prices, params, (price) => {
      return (
        within(price.created, params.created) &&
        (params.active === undefined || price.active === params.active) &&
        (params.product === undefined || price.product === params.product)
      )
    }),
  ),
  route('GET', '/v1/prices/:id', noParams, ({ world, id }: Call) => {
    const price = world.store.prices.get(id)
    if (!price) throw noSuch('price', id)
    return price
  }),
  route('GET', '/v1/products/:id', noParams, ({ world, id }: Call) => {
    const product = world.store.products.get(id)
    if (!product) throw noSuch('product', id)
    return product
  }),
  route('POST', '/v1/coupons', couponParams, ({ world }, params) => {
    const percentOff = Number(params.percent_off)
    if (!(percentOff > 0 && percentOff <= 100)) {
      throw invalidParam('percent_off', 'percent_off must be above 0 and at most 100')
    }
    const common = { created: world.clock.nowSeconds(), livemode: world.livemode }
    return world.store.coupons.add(newCoupon({ ...common, id: params.id, percentOff, name: params.name }))
  }),
]
