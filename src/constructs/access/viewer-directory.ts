import { Duration, Fn, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { RESOURCE_SERVER, SCOPE_UPLOAD, SCOPE_WATCH } from '../../runtime/contract';
import { protectedRemoval } from '../shared/protected-removal';
import { known, Rule, validateRules } from '../shared/validation';

/** Properties of `ViewerDirectory`. */
export interface ViewerDirectoryProps {
  /**
   * A user pool of your own. The directory then adds its resource server and clients to it and leaves the rest alone.
   *
   * The pool must not already have a resource server named `videos`, and it keeps the domain it has.
   *
   * @default - a user pool is created
   */
  readonly userPool?: cognito.IUserPool;

  /**
   * Whether a second factor (a time-based one-time password) is needed to sign in.
   *
   * @default Mfa.REQUIRED
   */
  readonly mfa?: cognito.Mfa;

  /**
   * Feature plan of the user pool. `PLUS` detects and blocks compromised passwords and risky sign-ins.
   *
   * @default FeaturePlan.PLUS
   */
  readonly featurePlan?: cognito.FeaturePlan;

  /**
   * Whether people may register themselves; otherwise an administrator creates them.
   *
   * @default false
   */
  readonly selfSignUp?: boolean;

  /**
   * How invitations and codes are sent; `cognito.UserPoolEmail.withSES` takes a sender that is verified in SES. Not with `userPool`.
   *
   * @default - Cognito's own sender, at most 50 mails per day and account (Cognito developer guide, "Quotas"), from no-reply@verificationemail.com
   */
  readonly email?: cognito.UserPoolEmail;

  /**
   * Prefix of the sign-in page's domain, `PREFIX.auth.REGION.amazoncognito.com`: 1 to 63 lower-case letters, digits and hyphens,
   * unique in the region.
   *
   * @default - derived from the stack's id, unless `userPool` is given: then no domain is added
   */
  readonly domainPrefix?: string;

  /**
   * Whether the user pool refuses to be deleted.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What happens to the user pool when it leaves the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Properties of a client that `ViewerDirectory.addClient` adds. */
export interface ViewerClientProps {
  /**
   * Where the sign-in page may send people back to, exactly: `https://…`, or `http://localhost…` for development.
   */
  readonly callbackUrls: string[];

  /**
   * Where people may be sent after signing out.
   *
   * @default - the callback URLs
   */
  readonly logoutUrls?: string[];

  /**
   * How long an access token is valid: 5 minutes to 1 day. It cannot be taken back meanwhile.
   *
   * @default Duration.hours(1)
   */
  readonly accessTokenValidity?: Duration;

  /**
   * How long a session may be renewed without signing in again: 1 hour to 10 years.
   *
   * @default Duration.days(7)
   */
  readonly refreshTokenValidity?: Duration;
}

/**
 * Who the viewers are: a Cognito user pool, the scopes that the API's routes ask for, and the sign-in page's domain.
 *
 * Access tokens carry the scopes `videos/upload` and `videos/watch` only when they come from the authorization code flow, so
 * that is the one flow clients get.
 */
export class ViewerDirectory extends Construct {
  /** The pool that tokens come from. */
  public readonly userPool: cognito.IUserPool;
  /** The scopes, `videos/upload` and `videos/watch`. */
  public readonly resourceServer: cognito.UserPoolResourceServer;
  /** The sign-in page's domain, unless a pool of your own brings one. */
  public readonly domain?: cognito.UserPoolDomain;

  /** Origin of the sign-in page, `https://PREFIX.auth.REGION.amazoncognito.com`, unless a pool of your own brings one. */
  public readonly signInUrl?: string;

  private readonly scopes: cognito.OAuthScope[];

  /** @throws when Cognito refuses `domainPrefix`, or `email` is given together with `userPool`. */
  constructor(scope: Construct, id: string, props: ViewerDirectoryProps = {}) {
    super(scope, id);
    validateDomainPrefix(this, props.domainPrefix);
    validateRules(this, [{
      broken: props.email !== undefined && props.userPool !== undefined,
      message: () => `email was given together with userPool (${props.userPool!.node.path}), whose sender is its owner's. Set it where that pool is made, or leave it out.`,
    }]);

    this.userPool = props.userPool ?? this.createUserPool(props);
    const upload = new cognito.ResourceServerScope({ scopeName: SCOPE_UPLOAD, scopeDescription: 'Upload videos' });
    const watch = new cognito.ResourceServerScope({ scopeName: SCOPE_WATCH, scopeDescription: 'List, watch and like videos' });
    this.resourceServer = new cognito.UserPoolResourceServer(this, 'Scopes', {
      userPool: this.userPool,
      identifier: RESOURCE_SERVER,
      scopes: [upload, watch],
    });
    this.scopes = [upload, watch].map(each => cognito.OAuthScope.resourceServer(this.resourceServer, each));
    if (!props.userPool || props.domainPrefix) {
      this.domain = new cognito.UserPoolDomain(this, 'Domain', {
        userPool: this.userPool,
        cognitoDomain: { domainPrefix: props.domainPrefix ?? this.uniquePrefix() },
      });
      this.signInUrl = this.domain.baseUrl();
    }
  }

  /**
   * Adds a public client (browser or app): authorization code with PKCE, no secret, no implicit grant.
   *
   * @throws when a URL is neither https nor a loopback one, or a validity is outside Cognito's range.
   */
  public addClient(id: string, props: ViewerClientProps): cognito.UserPoolClient {
    validateClient(this, id, props);
    return new cognito.UserPoolClient(this, id, {
      userPool: this.userPool,
      generateSecret: false,
      // Refreshing alone: tokens from a password posted to Cognito directly would lack the scopes anyway.
      authFlows: { userSrp: false },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: props.accessTokenValidity ?? Duration.hours(1),
      idTokenValidity: props.accessTokenValidity ?? Duration.hours(1),
      refreshTokenValidity: props.refreshTokenValidity ?? Duration.days(7),
      oAuth: {
        // Cognito asks every public client that sends a code challenge to prove it; PKCE needs no switch.
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, ...this.scopes],
        callbackUrls: props.callbackUrls,
        logoutUrls: props.logoutUrls ?? props.callbackUrls,
      },
    });
  }

  private createUserPool(props: ViewerDirectoryProps): cognito.UserPool {
    const mfa = props.mfa ?? cognito.Mfa.REQUIRED;
    const featurePlan = props.featurePlan ?? cognito.FeaturePlan.PLUS;
    const deletionProtection = props.deletionProtection ?? true;
    const pool = new cognito.UserPool(this, 'UserPool', {
      selfSignUpEnabled: props.selfSignUp ?? false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      email: props.email,
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      mfa,
      mfaSecondFactor: mfa === cognito.Mfa.OFF ? undefined : { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan,
      standardThreatProtectionMode: featurePlan === cognito.FeaturePlan.PLUS
        ? cognito.StandardThreatProtectionMode.FULL_FUNCTION
        : undefined,
      deletionProtection,
      removalPolicy: protectedRemoval(props.removalPolicy ?? RemovalPolicy.RETAIN, deletionProtection),
    });
    acknowledgeChoices(pool, mfa, featurePlan);
    return pool;
  }

  /** No two stacks share the UUID that ends a stack's id, and no two directories of one stack share a CDK address. */
  private uniquePrefix(): string {
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    return Fn.join('-', [RESOURCE_SERVER, this.node.addr.slice(-8), stackUuid]);
  }
}

function acknowledgeChoices(pool: cognito.UserPool, mfa: cognito.Mfa, featurePlan: cognito.FeaturePlan): void {
  if (mfa !== cognito.Mfa.REQUIRED) {
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason: `The \`mfa\` prop of this directory asks for '${mfa}': its owner decided that a second factor is not needed by every viewer.`,
    });
  }
  if (featurePlan !== cognito.FeaturePlan.PLUS) {
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: `The \`featurePlan\` prop of this directory asks for '${featurePlan}': its owner decided against paying for threat protection.`,
    });
  }
}

function validateDomainPrefix(scope: Construct, prefix: string | undefined): void {
  if (prefix === undefined || Token.isUnresolved(prefix)) return;
  const reserved = ['aws', 'amazon', 'cognito'].find(word => prefix.includes(word));
  validateRules(scope, [
    {
      broken: !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix),
      message: () => `domainPrefix must be 1 to 63 lower-case letters, digits and inner hyphens, got '${prefix}'. `
        + 'Rename it, or leave it out to have one derived from the stack.',
    },
    {
      broken: reserved !== undefined,
      message: () => `domainPrefix must not contain '${reserved}', which Cognito reserves, got '${prefix}'. Rename it.`,
    },
  ]);
}

/** Any scheme of an app will do; plain http only for a page under development on this machine. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s#]+$/i;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1)([:/]|$)/;

function isRefusedAddress(url: string): boolean {
  return known(url) && (!ADDRESS.test(url) || (url.startsWith('http://') && !LOOPBACK.test(url)));
}

function validateClient(scope: Construct, id: string, props: ViewerClientProps): void {
  const refused = [...props.callbackUrls, ...props.logoutUrls ?? []].find(isRefusedAddress);
  validateRules(scope, [
    {
      broken: props.callbackUrls.length === 0,
      message: () => `client '${id}' needs at least one entry in callbackUrls, got none. `
        + 'Add the URL that your page is served at, for example https://videos.example.com/.',
    },
    {
      broken: refused !== undefined,
      message: () => `client '${id}' has the URL '${refused}', which Cognito refuses. `
        + 'Use https://…, http://localhost… or an app scheme (myapp://…), without a fragment.',
    },
    validity(id, 'accessTokenValidity', props.accessTokenValidity, Duration.minutes(5), Duration.days(1)),
    validity(id, 'refreshTokenValidity', props.refreshTokenValidity, Duration.hours(1), Duration.days(3650)),
  ]);
}

function validity(id: string, name: string, value: Duration | undefined, least: Duration, most: Duration): Rule {
  return {
    broken: known(value) && (value!.toSeconds() < least.toSeconds() || value!.toSeconds() > most.toSeconds()),
    message: () => `client '${id}' has ${name} ${value!.toHumanString()}; Cognito accepts ${least.toHumanString()} to `
      + `${most.toHumanString()}. Choose a value in that range.`,
  };
}
