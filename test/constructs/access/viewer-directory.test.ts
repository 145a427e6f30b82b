import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { ViewerDirectory } from '../../../src/constructs/access/viewer-directory';
import { findings, only, resources, testStack } from '../../support/stacks';

describe('ViewerDirectory', () => {
  it('asks for a strong password and a second factor, and lets nobody register by default', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'Directory');

    expect(only(stack, 'AWS::Cognito::UserPool')).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'PLUS',
      DeletionProtection: 'ACTIVE',
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } },
    });
    expect(findings(stack)).toEqual([]);
  });

  it('acknowledges what its owner switched off, and nothing else', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'Directory', { mfa: cognito.Mfa.OPTIONAL, featurePlan: cognito.FeaturePlan.ESSENTIALS });

    expect(only(stack, 'AWS::Cognito::UserPool')).toMatchObject({ MfaConfiguration: 'OPTIONAL', UserPoolTier: 'ESSENTIALS' });
    expect(findings(stack)).toEqual([]);
  });

  it('offers the scopes that the routes of the contract ask for', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'Directory');

    const { Identifier, Scopes } = only(stack, 'AWS::Cognito::UserPoolResourceServer');
    expect(Scopes.map((scope: { ScopeName: string }) => `${Identifier}/${scope.ScopeName}`)).toEqual(['videos/upload', 'videos/watch']);
  });

  it('gives clients the authorization code flow alone, without a secret', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'Directory').addClient('Web', { callbackUrls: ['https://videos.example.com/'] });

    expect(only(stack, 'AWS::Cognito::UserPoolClient')).toMatchObject({
      AllowedOAuthFlows: ['code'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 60,
      LogoutURLs: ['https://videos.example.com/'],
    });
  });

  it('derives a domain prefix that no other stack has', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'First');
    new ViewerDirectory(stack, 'Second');

    const domains = Object.values(resources(stack, 'AWS::Cognito::UserPoolDomain')).map(resource => JSON.stringify(resource.Properties.Domain));
    expect(new Set(domains).size).toBe(2);
    domains.forEach(domain => expect(domain).toContain('AWS::StackId'));
  });

  it('adds scopes and clients to a pool of your own and leaves its domain alone', () => {
    const stack = testStack();
    const userPool = cognito.UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_example');
    new ViewerDirectory(stack, 'Directory', { userPool }).addClient('App', { callbackUrls: ['myapp://signed-in'] });

    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Cognito::UserPool', 0);
    template.resourceCountIs('AWS::Cognito::UserPoolDomain', 0);
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', { UserPoolId: 'us-east-1_example' });
  });

  it('can be deleted when its owner says so', () => {
    const stack = testStack();
    new ViewerDirectory(stack, 'Directory', { deletionProtection: false, removalPolicy: RemovalPolicy.DESTROY });

    Template.fromStack(stack).hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'Delete',
      Properties: Match.objectLike({ DeletionProtection: 'INACTIVE' }),
    });
  });

  it.each([
    ['Capitals', /domainPrefix must be 1 to 63 lower-case.*got 'Capitals'.*Rename it/],
    ['-edge', /domainPrefix.*got '-edge'/],
    ['a'.repeat(64), /domainPrefix must be 1 to 63/],
    ['my-aws-videos', /must not contain 'aws'/],
  ])('refuses the domain prefix %s', (domainPrefix, message) => {
    expect(() => new ViewerDirectory(testStack(), 'Directory', { domainPrefix })).toThrow(message);
  });

  it.each([
    [{ callbackUrls: [] }, /at least one entry in callbackUrls, got none/],
    [{ callbackUrls: ['http://videos.example.com'] }, /'http:\/\/videos.example.com', which Cognito refuses/],
    [{ callbackUrls: ['http://localhost.example.com'] }, /which Cognito refuses/],
    [{ callbackUrls: ['https://a.example/#top'] }, /without a fragment/],
    [{ callbackUrls: ['https://a.example'], logoutUrls: ['a.example'] }, /'a.example'/],
    [{ callbackUrls: ['https://a.example'], accessTokenValidity: Duration.days(2) }, /accessTokenValidity 2 days; Cognito accepts 5 minutes to 1 day/],
    [{ callbackUrls: ['https://a.example'], refreshTokenValidity: Duration.minutes(5) }, /refreshTokenValidity 5 minutes/],
  ])('refuses the client %j', (props, message) => {
    const directory = new ViewerDirectory(testStack(), 'Directory');
    expect(() => directory.addClient('Web', props)).toThrow(message);
  });

  it('does not judge what is only known at deployment', () => {
    const directory = new ViewerDirectory(testStack(), 'Directory', { domainPrefix: Fn.importValue('prefix') });
    expect(() => directory.addClient('Web', { callbackUrls: [Fn.importValue('url'), 'http://localhost:8080/'] })).not.toThrow();
  });
});
