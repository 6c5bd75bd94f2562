/** Whether a text from outside may be the id of a Checkout Session of Stripe's: `cs_test_a1B2c3`. At most 255 long. */
export function isSessionId(input: unknown): input is string {
  return typeof input === 'string' && /^cs_[A-Za-z0-9_]{1,252}$/.test(input)
}
