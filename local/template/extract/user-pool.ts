import { TemplateError } from '../errors';
import { TemplateEnvironment } from '../template-environment';

/** The viewer directory: who issues tokens, for which client, with which scopes. */
export interface UserPoolDefinition {
  readonly poolId: string;
  readonly arn: string;
  readonly region: string;
  /** `https://cognito-idp.REGION.amazonaws.com/POOL` */
  readonly issuer: string;
  readonly clientIds: readonly string[];
  /** Scopes of the resource servers: `videos/watch`. */
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  /** Origin of the sign-in page: `https://PREFIX.auth.REGION.amazoncognito.com`. */
  readonly signInUrl?: string;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

export function readUserPool(environment: TemplateEnvironment): UserPoolDefinition {
  const [pool] = environment.ofType('AWS::Cognito::UserPool');
  if (!pool) throw new TemplateError('The template holds no AWS::Cognito::UserPool; locally nobody could sign in');
  const ofPool = (type: string) => environment.ofType(type).filter(resource => resource.text('UserPoolId') === pool.reference);
  const clients = ofPool('AWS::Cognito::UserPoolClient');
  const [client] = clients;
  const [domain] = ofPool('AWS::Cognito::UserPoolDomain');
  if (!client) throw new TemplateError(`${pool.name}: no AWS::Cognito::UserPoolClient uses it; tokens are issued to a client`);
  const unit = client.text('TokenValidityUnits.AccessToken') ?? 'hours';
  return {
    poolId: pool.reference,
    arn: pool.arn,
    region: pool.stack.region,
    issuer: pool.attribute('ProviderURL'),
    clientIds: clients.map(each => each.reference),
    scopes: ofPool('AWS::Cognito::UserPoolResourceServer').flatMap(server =>
      server.list<{ ScopeName: string }>('Scopes').map(({ ScopeName }) => `${server.requiredText('Identifier')}/${ScopeName}`)),
    accessTokenSeconds: (client.number('AccessTokenValidity') ?? 1) * UNIT_SECONDS[unit],
    signInUrl: domain && `https://${domain.reference}.auth.${pool.stack.region}.amazoncognito.com`,
  };
}
