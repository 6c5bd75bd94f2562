import { type Failure, failureHeaders, failureText, jsonResponse, statusOf } from '@/app/web/envelope'

/** What came of a call, before it is written as an answer. */
export type CallOutcome<Data> = Done<Data> | Partly<Data> | Failed

export interface Done<Data> {
  kind: 'done'
  data: Data
}

/** A bulk call did a part. */
export interface Partly<Data> {
  kind: 'partly'
  data: Data
  /** For people: how much of it. */
  message: string
}

export interface Failed {
  kind: 'failed'
  failure: Failure
}

/** It is done, or here is what was asked for. */
export function done<Data>(data: Data): Done<Data> {
  return { kind: 'done', data }
}

/** Some of it is done: 200 with `success: false`, and what became of each part. */
export function partly<Data>(data: Data, message: string): Partly<Data> {
  return { kind: 'partly', data, message }
}

/** Nothing is done. */
export function failed(failure: Failure): Failed {
  return { kind: 'failed', failure }
}

/** An answer in its envelope: what is sent, and what is kept for a request that comes again. */
export interface WrittenAnswer {
  status: number
  body: string
  headers?: Record<string, string>
}

/** Puts an outcome into its envelope. @param doneStatus what a call answers whose work is done */
export function write(outcome: CallOutcome<unknown>, requestId: string, doneStatus: number): WrittenAnswer {
  switch (outcome.kind) {
    case 'done':
      return { status: doneStatus, body: JSON.stringify({ success: true, data: outcome.data }) }
    case 'partly': {
      const { data, message: error } = outcome
      return {
        status: 200,
        body: JSON.stringify({ success: false, error, code: 'partial', requestId, data }),
      }
    }
    case 'failed': {
      const { failure } = outcome
      const body = failureText(requestId, failure)
      return { status: statusOf(failure.code), body, headers: failureHeaders(failure) }
    }
  }
}

/** Whether an answer will still be right for the same request later: then it is kept for one that comes again. */
export function isLasting(status: number): boolean {
  return status < 500 && status !== 429
}

/** @param more headers of this answer alone, which are not kept for a request that comes again */
export function responseOf({ status, body, headers }: WrittenAnswer, more: Record<string, string>): Response {
  return jsonResponse(body, status, { ...headers, ...more })
}
