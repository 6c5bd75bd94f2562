import { expect, it } from 'vitest'
import { callersSuite } from '../support/callers-suite'
import { startWeb } from '../support/processes'
import { until } from '../support/until'

/** Who may read the figures of a web process, and where. */

const { shop, callers } = callersSuite()

it('shows figures to a read token, and on the loopback port to whoever is there', async () => {
  const web = await startWeb({ ...shop.environment, OPERATOR_PORT: '0' })
  const { port } = await until(() =>
    web.logLines().find(({ msg }) => msg === 'figures are served to this machine'),
  )
  await (await fetch(`${web.origin}/api/inventory`)).text()
  const byToken = await fetch(`${web.origin}/metrics`, { headers: await callers.token('read') })
  const byPort = await fetch(`http://127.0.0.1:${Number(port)}/metrics`)
  for (const response of [byToken, byPort]) {
    const text = await response.text()
    expect(text).toMatch(
      /^sixfb_http_request_seconds_count\{method="GET",route="routes\/api\/inventory",status="200"\} \d/m,
    )
    expect(text).toMatch(/^sixfb_seats_sold 0$/m)
    expect(text).toMatch(/^sixfb_queues_late 0$/m)
  }
  expect((await fetch(`http://127.0.0.1:${Number(port)}/`)).status).toBe(404)
  expect((await fetch(`${web.origin}/metrics`)).status).toBe(401)
  await web.stop()
})

it('is open without the figures when somebody else has their port, and says so', async () => {
  const { port } = new URL(shop.webs[0].origin)
  const web = await startWeb({ ...shop.environment, OPERATOR_PORT: port })
  expect((await fetch(`${web.origin}/api/inventory`)).status).toBe(200)
  await web.stop()
  const warnings = web.logLines().filter(({ code }) => code === 'operator_port')
  expect(warnings).toMatchObject([{ level: 'warn', msg: expect.stringContaining('OPERATOR_PORT') as string }])
  expect(web.logLines().filter(({ level }) => level === 'error')).toEqual([])
})
