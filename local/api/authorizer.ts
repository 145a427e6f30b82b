import type { JWTPayload, JWTVerifyGetKey } from 'jose' with { 'resolution-mode': 'import' };
import type { MethodDefinition, UserPoolDefinition } from '../template';

export type Claims = Readonly<Record<string, string>>;

/** A request that the authorizer turns away, in API Gateway's words. */
export class Unauthorized extends Error {
  constructor(readonly type: 'UNAUTHORIZED' | 'ACCESS_DENIED' = 'UNAUTHORIZED', message?: string) {
    super(message ?? type);
    this.name = 'Unauthorized';
  }
}

/** The `COGNITO_USER_POOLS` authorizer: checks a token against the issuer's published keys. */
export class CognitoAuthorizer {
  static async create(pool: UserPoolDefinition, jwksUrl: string): Promise<CognitoAuthorizer> {
    const { createRemoteJWKSet } = await import('jose');
    return new CognitoAuthorizer(pool, createRemoteJWKSet(new URL(jwksUrl)));
  }

  private constructor(private readonly pool: UserPoolDefinition, private readonly keys: JWTVerifyGetKey) {}

  /**
   * Claims of the token, as strings, as API Gateway hands them to the function.
   *
   * @throws Unauthorized
   */
  async authorize(header: string | undefined, method: NonNullable<MethodDefinition['authorizer']>): Promise<Claims> {
    if (!method.userPoolArns.includes(this.pool.arn)) throw new Unauthorized();
    const claims = await this.verify(header?.replace(/^Bearer /i, '') ?? '');
    this.admit(claims, method.scopes);
    return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, typeof value === 'string' ? value : stringOf(value)]));
  }

  private async verify(token: string): Promise<JWTPayload> {
    const { errors, jwtVerify } = await import('jose');
    try {
      // One algorithm, whatever the token's own header asks for.
      const { payload } = await jwtVerify(token, this.keys, { algorithms: ['RS256'], issuer: this.pool.issuer, requiredClaims: ['exp', 'sub', 'token_use'] });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Unauthorized('UNAUTHORIZED', 'The incoming token has expired');
      throw new Unauthorized();
    }
  }

  /** A method with scopes takes access tokens that carry one of them; one without takes identity tokens only. */
  private admit(claims: JWTPayload, scopes: readonly string[]): void {
    const expected = scopes.length > 0 ? 'access' : 'id';
    const client = expected === 'access' ? claims.client_id : claims.aud;
    if (claims.token_use !== expected || !this.pool.clientIds.includes(String(client))) throw new Unauthorized();
    const granted = String(claims.scope ?? '').split(' ');
    if (expected === 'access' && !scopes.some(scope => granted.includes(scope))) throw new Unauthorized('ACCESS_DENIED');
  }
}

function stringOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
