export { createAccount, getAccount, listAccounts, type Account, type CreatedAccount } from './accounts'
export { changeRole, disableAccount, enableAccount, type AccountRefusal } from './change-account'
export { createFirstOwner } from './first-owner'
export {
  maxPasswordLength,
  minPasswordLength,
  passwordProblemTexts,
  type PasswordProblem,
} from './password-rules'
export { changePassword, confirmPassword, resetPassword } from './passwords'
export { may, roles, scopes, type Deed, type Principal, type Role, type Scope } from './principal'
export { listSessions, revokeSession, revokeSessions, signOut, type SessionSummary } from './session-list'
export {
  absoluteDays,
  authenticateSession,
  type Client,
  type CurrentSession,
  type NewSession,
} from './sessions'
export { type OwnChange } from './own-change'
export { addPasskey, confirmTotp, renewRecoveryCodes, startTotp, type Enrolled } from './second-factor/enrol'
export { secondFactorsOf, type SecondFactors } from './second-factor/methods'
export { passkeyOptions, type PasskeyUse } from './second-factor/passkey-check'
export { passkeyRegistrationOptions, type Passkey } from './second-factor/passkeys'
export { removeSecondFactor, resetSecondFactor, type FactorName } from './second-factor/remove'
export { completeSignIn, type SecondFactor, type SignInCompletionResult } from './sign-in/complete-sign-in'
export { signInWithPasskey } from './sign-in/passkey-sign-in'
export { signIn, type SignIn, type SignInResult } from './sign-in/sign-in'
