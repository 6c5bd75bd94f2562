import type { WebhookSettings } from '../control/control'
import type { StripeStandInOptions } from '../options'
import { urlOnThisMachine } from './this-machine'
import { signatureHeader, type SignOptions } from './signature'

/** Where events go and who signs them; changeable while the stand-in runs. */
export function createWebhookSettings(options: StripeStandInOptions) {
  let urls = (options.webhookUrls ?? []).map(urlOnThisMachine)
  let secrets: readonly string[] =
    typeof options.webhookSecret === 'string' ? [options.webhookSecret] : options.webhookSecret
  let signWith = options.sign ?? 'first'
  let mode = options.deliver ?? 'auto'
  let enabled: readonly string[] | null = options.enabledEvents ?? null

  return {
    urls: (): readonly string[] => urls,
    urlsFor: (type: string): readonly string[] => (enabled === null || enabled.includes(type) ? urls : []),
    mode: () => mode,
    sign: (body: string, signOptions?: SignOptions): string =>
      signatureHeader(body, signWith === 'first' ? secrets.slice(0, 1) : secrets, signOptions),
    change: (settings: WebhookSettings): void => {
      urls = settings.urls?.map(urlOnThisMachine) ?? urls
      secrets = settings.secrets ?? secrets
      signWith = settings.sign ?? signWith
      mode = settings.deliver ?? mode
      if (settings.enabledEvents !== undefined) enabled = settings.enabledEvents
    },
  }
}
