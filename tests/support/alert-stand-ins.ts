import { startSlackStandIn, type SlackStandIn } from './slack-stand-in'
import { startSmtpStandIn, type SmtpStandIn } from './smtp-stand-in'
import { startTwilioStandIn, type TwilioStandIn } from './twilio-stand-in'

export interface AlertStandIns {
  slack: SlackStandIn
  smtp: SmtpStandIn
  twilio: TwilioStandIn
  /** Variables that point the product at the stand-ins: three addresses, Slack, two phones. */
  environment: Record<string, string>
  emails: readonly [string, string, string]
  phones: readonly [string, string]
  stop: () => Promise<void>
}

/** A mail server, Slack and Twilio. */
export async function startAlertStandIns(): Promise<AlertStandIns> {
  const [slack, smtp, twilio] = await Promise.all([
    startSlackStandIn(),
    startSmtpStandIn(),
    startTwilioStandIn(),
  ])
  const emails = ['one@example.com', 'two@example.com', 'three@example.com'] as const
  const phones = ['+12145550101', '+12145550102'] as const
  return {
    slack,
    smtp,
    twilio,
    emails,
    phones,
    environment: {
      SLACK_INVENTORY_WEBHOOK: slack.webhookUrl,
      SMTP_URL: smtp.smtpUrl,
      MAIL_FROM: 'Workshop alerts <alerts@example.com>',
      ADMIN_EMAIL: emails.join(','),
      TEAM_ALERT_PHONE: phones.join(','),
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_FROM: '+12145550199',
      TWILIO_API_BASE: twilio.apiBase,
      PUBLIC_URL: 'https://tickets.example.com',
    },
    stop: async () => {
      await Promise.all([slack.stop(), smtp.stop(), twilio.stop()])
    },
  }
}
