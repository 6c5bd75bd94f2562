import { z } from 'zod'
import { longestGatherSeconds, mostRecipients, quietHours } from '@/lib/alerts/settings'
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
    gatherSeconds: wholeSeconds.refine(
      (seconds) => seconds <= longestGatherSeconds,
      `At most ${longestGatherSeconds} seconds`,
    ),
  })
  .transform(({ isQuiet, gatherSeconds, ...quiet }, context) => {
    if (isQuiet === undefined) return { gatherSeconds, quiet: null }
    const read = quietHours.safeParse(quiet)
    if (read.success) return { gatherSeconds, quiet: read.data }
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message })
    return z.NEVER
  })

/**
 * Recipients as people write them. The configuration's rule applies, but with a form's own words: the rule's are about
 * variables.
 */
function lines(list: typeof addressList, { unreadable, tooMany }: Record<'unreadable' | 'tooMany', string>) {
  return z.string().transform((text, context) => {
    const read = list.safeParse(
      text
        .split(/[\s,;]+/)
        .filter(Boolean)
        .join(','),
    )
    if (read.success && read.data.length <= mostRecipients) return read.data
    context.addIssue({ code: 'custom', message: read.success ? tooMany : unreadable })
    return z.NEVER
  })
}

const emails = lines(addressList, {
  unreadable: 'Write email addresses, one a line',
  tooMany: `Write at most ${mostRecipients} email addresses`,
})

const phones = lines(phoneList, {
  unreadable: 'Write phone numbers such as +12145550100, one a line',
  tooMany: `Write at most ${mostRecipients} phone numbers`,
})

/** The form of who gets mails and text messages. */
export const recipientsForm = z
  .object({ whom: z.enum(['configured', 'these'], 'Choose who gets alerts'), emails, phones })
  .transform(({ whom, ...recipients }) => ({ recipients: whom === 'configured' ? null : recipients }))
