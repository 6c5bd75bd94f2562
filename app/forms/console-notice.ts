import { createCookie, redirect, type TypedResponse } from '@remix-run/node'
import { z } from 'zod'
import type { WhatWasDone } from '@/app/components/done-notice'
import { config } from '@/lib/config'

/**
 * Sends the browser on after a form that worked, so that a reload does not repeat it. The next page says what was done.
 */
export async function doneAt(path: string, title: string, text?: string): Promise<TypedResponse<never>> {
  return noticeAt(path, { meaning: 'good', title, text })
}

/** Leads to a page of the console, which shows the notice once. */
export async function noticeAt(path: string, notice: WhatWasDone): Promise<TypedResponse<never>> {
  return redirect(path, { status: 303, headers: { 'Set-Cookie': await cookie().serialize(notice) } })
}

/** The notice for this page, and the header that makes sure that it is shown once. */
export async function takeNotice(
  request: Request,
): Promise<{ notice: WhatWasDone | null; headers: HeadersInit }> {
  const value: unknown = await cookie().parse(request.headers.get('cookie'))
  if (value === null) return { notice: null, headers: {} }
  const parsed = schema.safeParse(value)
  return {
    notice: parsed.success ? parsed.data : null,
    headers: { 'Set-Cookie': await cookie().serialize('', { maxAge: 0 }) },
  }
}

const link = z.object({ to: z.string().startsWith('/admin'), text: z.string() })

const schema = z.object({
  meaning: z.enum(['good', 'warn']),
  title: z.string().max(500),
  text: z.string().max(1_500).optional(),
  undo: link.optional(),
  next: link.optional(),
})

let made: ReturnType<typeof createCookie> | undefined

function cookie() {
  made ??= createCookie('console-notice', {
    httpOnly: true,
    sameSite: 'lax',
    secure: config().mode === 'production',
    path: '/admin',
    maxAge: 60,
    secrets: [config().sessionSecret],
  })
  return made
}
