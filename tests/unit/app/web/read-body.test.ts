import { expect, it } from 'vitest'
import { maxBodyBytes, maxWebhookBytes, readBody } from '@/app/web/read-body'

function post(body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Request {
  // Node asks for `duplex` with a stream; the DOM's types do not know it.
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
  return new Request('http://localhost/', init)
}

/** Arrives in pieces and without a length, as chunked encoding does. */
function endless(bytes: number): { request: Request; sent: () => number } {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes) return controller.close()
      controller.enqueue(new Uint8Array(65_536))
      sent += 65_536
    },
  })
  return { request: post(body), sent: () => sent }
}

it.each(['', '{"name":"Zoë \\u00e9 😀"}', '\ufeff{ "spaced" :  1 }'])(
  'gives the text as it was sent: %j',
  async (text) => {
    expect(await readBody(post(text))).toEqual({ ok: true, text })
  },
)

it('joins a character that arrives in two pieces', async () => {
  const bytes = new TextEncoder().encode('é')
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.slice(0, 1))
      controller.enqueue(bytes.slice(1))
      controller.close()
    },
  })
  expect(await readBody(post(body))).toEqual({ ok: true, text: 'é' })
})

it('refuses bytes that are not UTF-8, which decoding would change', async () => {
  expect(await readBody(post(new Uint8Array([0x7b, 0xff, 0x7d])))).toMatchObject({
    ok: false,
    code: 'malformed',
  })
})

it.each([
  ['256 KB', maxBodyBytes, undefined],
  ['1 MB of a webhook', maxWebhookBytes, maxWebhookBytes],
])('takes %s and refuses one byte more', async (_name, bytes, limit) => {
  expect(await readBody(post('a'.repeat(bytes)), limit)).toMatchObject({ ok: true })
  expect(await readBody(post('a'.repeat(bytes + 1)), limit)).toMatchObject({ ok: false, code: 'too_large' })
})

it('refuses by the announced length without reading', async () => {
  const { request, sent } = endless(maxBodyBytes)
  request.headers.set('content-length', '10000000')
  expect(await readBody(request)).toMatchObject({ ok: false, code: 'too_large' })
  expect(sent()).toBeLessThanOrEqual(65_536)
})

it('does not read an endless body to its end', async () => {
  const { request, sent } = endless(Number.POSITIVE_INFINITY)
  expect(await readBody(request)).toMatchObject({ ok: false, code: 'too_large' })
  expect(sent()).toBeLessThan(20 * maxWebhookBytes)
})
