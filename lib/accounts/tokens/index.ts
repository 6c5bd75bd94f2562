export { authenticateBearer, tokenPrincipal, type Bearer } from './authenticate-bearer'
export {
  countTokensMadeBy,
  createToken,
  defaultTokenDays,
  listTokens,
  maxTokenDays,
  revokeToken,
  type ApiToken,
  type CreatedToken,
  type NewToken,
  type TokenMaker,
} from './tokens'
