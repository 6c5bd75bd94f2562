/**
 * Whether an error's code says that the other side was reached, but no connection came about: its certificate is expired, of
 * another host or of nobody we trust, or the database knows no such password, role or database. That passes, as when a
 * password or a certificate is replaced; no request or job is at fault.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes, PostgreSQL's appendix A (classes 28 and 3D).
 */
export function isRefusedConnection(code: string): boolean {
  return /^(28|3D)[0-9A-Z]{3}$/.test(code) || isCertificateFault(code)
}

/** Whether it was refused for the certificate. */
export function isCertificateFault(code: string): boolean {
  return /^(CERT_|CRL_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA$|HOSTNAME_)/.test(code)
}
