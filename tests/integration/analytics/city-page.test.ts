import { expect, test } from 'vitest'
import { presentCityPage } from '@/app/presenters/console/city-page'
import { expandInventory } from '@/lib/inventory'
import { aCity } from '@/tests/support/stories/city'
import { storyDatabase } from '@/tests/support/stories/database'

storyDatabase()

test('a city whose seats were raised more often than is shown says that there are more', async () => {
  const cityId = await aCity()
  const expand = () => expandInventory(cityId, 'vip', 1, 'Dana')
  const expansions = async () => {
    const page = await presentCityPage(cityId, { range: 'days', mayOperate: true, now: new Date() })
    return { shown: page?.expansions.rows.length, hasOlder: page?.expansions.hasOlder }
  }
  for (let times = 0; times < 10; times++) await expand()
  expect(await expansions()).toEqual({ shown: 10, hasOlder: false })
  await expand()
  expect(await expansions()).toEqual({ shown: 10, hasOlder: true })
})
