export { type IssuedTokens, LocalIssuer, type TokenOptions } from './local-issuer';
