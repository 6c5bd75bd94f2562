import { data } from '@remix-run/node'
import { z } from 'zod'
import { enteredIn, type FormRefusal, nameOf } from './form-refusal'

/**
 * Refuses a form because another admin has changed the same since it was opened. Fields that its sender did not touch
 * are left out of what was entered, so that the page shows them as they are stored now. If the form does not say what
 * it began with, nothing of it is kept: it would undo the other admin's change.
 */
export function refuseMoved(form: URLSearchParams, message: string) {
  const opened = readOpened(form.get('opened') ?? '')
  return data<FormRefusal>(
    { form: nameOf(form), problems: [{ message }], entered: touched(enteredIn(form), opened), opened },
    { status: 409 },
  )
}

/** The fields that were changed since the form was opened. One that is not sent, such as an unticked box, is empty. */
export function touched(
  entered: Readonly<Record<string, string>>,
  opened: Readonly<Record<string, string>>,
): Record<string, string> {
  const fields = Object.entries(opened).flatMap(([name, before]) => {
    // Browsers end the lines of a text in their own way.
    const now = (entered[name] ?? '').replaceAll('\r\n', '\n')
    return now === before ? [] : [[name, now] as const]
  })
  return Object.fromEntries(fields)
}

const texts = z.record(z.string(), z.string())

function readOpened(json: string): Record<string, string> {
  try {
    return texts.parse(JSON.parse(json))
  } catch {
    return {}
  }
}
