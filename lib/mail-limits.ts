/** How long a mail may take, in milliseconds. */
export interface MailLimits {
  /** From the connection to the end of the message. What takes longer was not sent, and is tried again. */
  handOverMs: number
  /**
   * From the end of the message to the answer: where that fails to come nobody can tell whether the mail arrives. Servers
   * that examine a message first take their time, and RFC 5321 (4.5.3.2.6) lets them have ten minutes, so that no mail
   * comes twice. We wait for less, since a delivery is not tried by anybody else meanwhile.
   */
  answerMs: number
}

export const mailLimits: MailLimits = { handOverMs: 15_000, answerMs: 60_000 }
export const longestMailMs = mailLimits.handOverMs + mailLimits.answerMs
