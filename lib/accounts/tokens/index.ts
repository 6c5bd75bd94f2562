export { authenticateBearer, tokenPrincipal } from './authenticate-bearer'
export {
  countTokensMadeBy,
  createToken,
  defaultTokenDays,
  listTokens,
  maxTokenDays,
  revokeToken,
  type ApiToken,
  type TokenMaker,
} from './tokens'
