export { authenticateBearer, tokenPrincipal, type Bearer } from './authenticate-bearer'
export {
  createToken,
  defaultTokenDays,
  listTokens,
  maxTokenDays,
  revokeToken,
  type ApiToken,
  type CreatedToken,
  type NewToken,
} from './tokens'
