/**
 * The gateway's authorizer has verified signature, expiry, audience and scope before a function runs. What is checked here
 * again costs nothing and holds when somebody wires a function to a route without an authorizer.
 */
import { Route } from '../contract';
import { ApiRequest } from './api-request';
import { forbidden, unauthorized } from './problem';

/** Cognito's subjects are UUIDs; a user pool of the user's own may name them otherwise. */
const SUBJECT = /^[\x21-\x7e]{1,128}$/;

/** The subject of a verified access token that carries the route's scope; a problem 401 or 403 otherwise. */
export function authorize(request: ApiRequest, route: Route & { readonly scope: string }): string {
  const { claims } = request;
  if (!claims) throw unauthorized('Send an access token: Authorization: Bearer …');
  // An ID token says who somebody is, not what its bearer may do.
  if (claims.token_use !== 'access') throw unauthorized('Send an access token; other tokens are not accepted.');
  if (typeof claims.sub !== 'string' || !SUBJECT.test(claims.sub)) throw unauthorized('The token names no subject.');
  const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
  if (!scopes.includes(route.scope)) throw forbidden('SCOPE_MISSING', `The token lacks the scope ${route.scope}.`);
  return claims.sub;
}
