import { z } from 'zod'
import { quietHours } from '@/lib/alerts/settings'
import { addressList, phoneList } from '@/lib/config/formats'

const wholeSeconds = z
  .string()
  .trim()
  .regex(/^\d{1,4}$/, 'Seconds must be a whole number')
  .transform(Number)

/** The form of quiet hours and of gathering. */
export const waitingForm = z
  .object({
    isQuiet: z.literal('yes').optional(),
    from: z.string().trim(),
    to: z.string().trim(),
    timeZone: z.string().trim(),
    gatherSeconds: wholeSeconds.refine((seconds) => seconds <= 3_600, 'At most 3600 seconds'),
  })
  .transform(({ isQuiet, gatherSeconds, ...quiet }, context) => {
    if (isQuiet === undefined) return { gatherSeconds, quiet: null }
    const read = quietHours.safeParse(quiet)
    if (read.success) return { gatherSeconds, quiet: read.data }
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message })
    return z.NEVER
  })

const lines = z.string().transform((text) =>
  text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .join(','),
)

/** The form of who gets mails and text messages. */
export const recipientsForm = z
  .object({
    whom: z.enum(['configured', 'these'], 'Choose who gets alerts'),
    emails: lines.pipe(addressList).refine((list) => list.length <= 50, 'At most 50 addresses'),
    phones: lines.pipe(phoneList).refine((list) => list.length <= 50, 'At most 50 numbers'),
  })
  .transform(({ whom, ...recipients }) => ({ recipients: whom === 'configured' ? null : recipients }))
