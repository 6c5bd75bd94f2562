export interface LoadRequest {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** What a load client is to send, on so many connections. */
export type LoadPlan = {
  /** Such as `http://127.0.0.1:41234`. */
  origin: string
  connections: number
  requests: LoadRequest[]
} & (
  | { kind: 'repeat'; seconds: number }
  /** Each request once: as fast as answers come, or so many a second whatever becomes of them. */
  | { kind: 'once'; perSecond?: number }
)

export interface LoadResult {
  /** Answers with a status of 2xx. */
  perSecond: number
  /** Milliseconds each of them took. */
  times: number[]
  /** When each was answered, in milliseconds since 1970; in the requests' order where each is sent once. */
  answeredAt: number[]
  /** The statuses of all other answers. */
  refused: number[]
}

/** In milliseconds since 1970, with fractions: comparable between processes of one machine. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now()
}
