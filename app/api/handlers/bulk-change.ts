import type { z } from 'zod'
import { forbidden } from '@/app/api/admit'
import { failureOf } from '@/app/api/admin-refusal'
import type { AskedCall, HandlerOf } from '@/app/api/answer'
import { figuresOf } from '@/app/api/audit-figures'
import type { bulkChangeCall } from '@/app/api/calls/admin-inventory'
import { type CallOutcome, done, failed, partly } from '@/app/api/outcome'
import { partDone } from '@/app/api/part-done'
import { type AuditEvent, recordAudits } from '@/lib/accounts/audit-log'
import { actorName, may } from '@/lib/accounts/principal'
import { raiseManualAlerts } from '@/lib/alerts/manual'
import {
  type BulkResult,
  type CityResult,
  expandCities,
  type RecordBulk,
  resetCities,
} from '@/lib/inventory/admin'
import { noSuchCity } from '@/lib/no-such-city'

type Described = typeof bulkChangeCall
type Body = z.output<NonNullable<Described['body']>>
type Data = z.output<Described['answer']['data']>
type Asked = AskedCall<unknown, unknown, Body, Data>
type Result = Data['results'][number]

/** One transaction for all cities: their changes, an audit row for each, and the answer for a repeated request. */
export const changeMany: HandlerOf<Described> = async (asked) => {
  const { body } = asked
  switch (body.operation) {
    case 'expand':
      return expandMany(asked, body)
    case 'reset':
      return may(asked.principal, 'own') ? resetMany(asked, body) : failed(forbidden('own', asked.principal))
    case 'alert':
      return alertMany(asked, body)
  }
}

async function expandMany(asked: Asked, { data, authorizedBy }: Extract<Body, { operation: 'expand' }>) {
  const toResult = (result: CityResult<{ limit: number }>) =>
    resultOf(result, ({ limit }) => ({ newLimit: limit }))
  const outcome = await expandCities(
    data.cities,
    data,
    { actor: actorName(asked.principal), authorizedBy, reason: data.reason },
    recordWith(asked, toResult),
  )
  return answerTo(asked, outcome, toResult)
}

async function resetMany(asked: Asked, { data, authorizedBy }: Extract<Body, { operation: 'reset' }>) {
  const toResult = (result: CityResult<{ forgotten: number }>) =>
    resultOf(result, ({ forgotten }) => ({ forgottenSeats: forgotten }))
  const outcome = await resetCities(
    data.cities,
    {},
    { actor: actorName(asked.principal), authorizedBy, reason: data.reason },
    recordWith(asked, toResult),
  )
  return answerTo(asked, outcome, toResult)
}

async function alertMany(asked: Asked, { data, authorizedBy }: Extract<Body, { operation: 'alert' }>) {
  const { cities, reason } = data
  const message = reason?.trim() ? reason : null
  const outcome = await raiseManualAlerts({ cityIds: cities, message, authorizedBy }, async (trx, raised) => {
    const results = cities.map((cityId): Result =>
      raised.has(cityId)
        ? { cityId, success: true }
        : { cityId, success: false, code: 'unknown_city', error: noSuchCity },
    )
    const outcome = summarize(asked.body, results)
    await recordAudits(trx, asked.audit.context, results.map(eventOf(asked.body)))
    await asked.settle(outcome, trx)
    return outcome
  })
  asked.audit.isRecorded = true
  return outcome
}

function recordWith<Success extends object>(
  asked: Asked,
  toResult: (result: CityResult<Success>) => Result,
): RecordBulk<Success> {
  return async (trx, cityResults, entries) => {
    const results = cityResults.map(toResult)
    const events = results.map((result) => ({
      ...eventOf(asked.body)(result),
      ...(result.success && figuresOf(entries, result.cityId)),
    }))
    await recordAudits(trx, asked.audit.context, events)
    await asked.settle(summarize(asked.body, results), trx)
  }
}

async function answerTo<Success extends object>(
  asked: Asked,
  outcome: BulkResult<Success>,
  toResult: (result: CityResult<Success>) => Result,
): Promise<CallOutcome<Data>> {
  if (!outcome.ok) return failed(failureOf(outcome))
  asked.audit.isRecorded = true
  await asked.context.liveStock.refresh()
  return summarize(asked.body, outcome.results.map(toResult))
}

function eventOf({ operation, data, authorizedBy }: Body): (result: Result) => AuditEvent {
  return ({ cityId, success, code }) => ({
    action: `inventory.${operation}`,
    target: cityId,
    ...(success ? { outcome: 'applied' } : { outcome: 'refused', code: code ?? 'unknown' }),
    reason: data.reason ?? undefined,
    authorizedBy,
  })
}

function resultOf<Success extends object>(
  result: CityResult<Success>,
  details: (success: Success) => Partial<Result>,
): Result {
  const { cityId } = result
  if (result.ok) return { cityId, success: true, ...details(result) }
  return { cityId, success: false, code: failureOf(result).code, error: result.message }
}

function summarize({ operation }: Body, results: Result[]): CallOutcome<Data> {
  const failureCount = results.filter(({ success }) => !success).length
  const successCount = results.length - failureCount
  const data = { operation, totalCities: results.length, successCount, failureCount, results }
  if (failureCount === 0) return done(data)
  return partly(data, partDone(operation, successCount, results.length))
}
