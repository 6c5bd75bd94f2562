import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { database } from '@/lib/database'
import { alertDeliveries, anAlert } from '@/tests/support/alert-deliveries'

const { providers, setAlertSettings, raise, untilSettled, deliver, workAlerts } = alertDeliveries()

describe('digests', () => {
  const cities = Array.from({ length: 10 }, (_, index) => `city-${index}`)
  const mild = (cityId: string) =>
    anAlert({ level: 'low', cityId, subject: `Low: 25 GA seats left in ${cityId}` })

  test('ten cities that cross a mild level are one message for each channel and target', async () => {
    const { slack, smtp, twilio, emails, phones } = providers
    const ids: string[] = []
    for (const city of cities) ids.push(...(await raise(mild(city))))
    const [urgent] = await raise(
      anAlert({ level: 'emergency', subject: 'Emergency: 2 GA seats left in Dallas' }),
    )
    await workAlerts()
    for (const id of [...ids, urgent]) {
      expect(new Set(Object.values(await untilSettled(id)))).toEqual(new Set(['sent']))
    }
    for (const email of emails) {
      const mails = smtp.mails.filter((mail) => mail.to === email)
      expect(mails.map((mail) => mail.subject.slice(0, 15)).sort()).toEqual([
        '10 stock alerts',
        'Emergency: 2 GA',
      ])
      const digest = mails.find((mail) => mail.subject.startsWith('10'))
      for (const city of cities) expect(digest?.raw).toContain(city)
    }
    expect(slack.messages.map((message) => message.text.slice(0, 9)).sort()).toEqual([
      '10 stock ',
      'Emergency',
    ])
    expect(twilio.messages.map((message) => message.to).sort()).toEqual([
      phones[0],
      phones[0],
      phones[1],
      phones[1],
    ])
  })

  test('mild levels wait for the gathering time, the others do not', async () => {
    await setAlertSettings({ gatherSeconds: 60, retrySeconds: 0 })
    await raise(mild('city-0'), anAlert({ level: 'critical' }))
    await setAlertSettings({ gatherSeconds: 0, retrySeconds: 0 })
    const { rows } = await sql<{ level: string; wait: number }>`
      select distinct alerts.level, extract(epoch from job.start_after - job.created_on)::int as wait
      from pgboss.job join alerts on alerts.id::text = job.data ->> 'alertId' order by 2`.execute(database())
    expect(rows).toEqual([
      { level: 'critical', wait: 0 },
      { level: 'low', wait: 60 },
    ])
  })

  test('a digest that was refused is tried again as one, and a later alert does not slip into it', async () => {
    const { slack } = providers
    slack.refuse({ status: 503, body: 'unavailable' })
    const first = await raise(
      ...cities.slice(0, 2).map((city) => ({ ...mild(city), channels: ['slack' as const] })),
    )
    await deliver(first[0] ?? '', 'slack', 'webhook')
    const [later = ''] = await raise({ ...mild('city-2'), channels: ['slack'] })
    await deliver(first[1] ?? '', 'slack', 'webhook')
    await deliver(later, 'slack', 'webhook')
    expect(slack.messages.map((message) => message.text)).toEqual([
      '2 stock alerts: Low: 25 GA seats left in city-0; Low: 25 GA seats left in city-1',
      'Low: 25 GA seats left in city-2',
    ])
  })
})
