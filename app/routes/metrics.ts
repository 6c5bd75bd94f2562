import { answer } from '@/app/api/answer'
import { readMetricsCall } from '@/app/api/calls/operations'
import { readMetrics } from '@/app/web/metrics'

/** GET /metrics: this process's figures for Prometheus. */
export const loader = answer(readMetricsCall, async () => {
  const { contentType, text } = await readMetrics()
  return new Response(text, { headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' } })
})
