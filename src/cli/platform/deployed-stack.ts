import { CloudFormationClient, DescribeStacksCommand, paginateDescribeStacks, Stack } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { isOutput, StackOutput } from '../../runtime/contract';
import { CliError, EXIT } from '../errors';
import { Platform, PlatformOptions, SCOPES } from './platform';

/** What the stack says of the platform in it. */
export interface StackOutputs {
  readonly stack: string;
  readonly region: string;
  readonly url: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Stacks of older versions have no such output. */
  readonly userPoolDomain?: string;
}

export interface AwsOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** How every client is made: the region and the profile of the command line, everything else as the AWS CLI has it. */
export function clientOptions({ region, profile }: AwsOptions): { region?: string; profile?: string } {
  return { ...region === undefined ? {} : { region }, ...profile === undefined ? {} : { profile } };
}

/**
 * The stack that holds a video platform: the one named, or the only one in the region.
 *
 * @throws CliError when there is no such stack, none with a platform, or several
 */
export async function findStack(options: PlatformOptions): Promise<StackOutputs> {
  const client = new CloudFormationClient(clientOptions(options));
  const region = await client.config.region();
  if (options.stack !== undefined) return namedStack(client, options.stack, region);
  const found: StackOutputs[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
    found.push(...Stacks.flatMap(stack => outputsOf(stack, region) ?? []));
  }
  if (found.length === 1) return found[0];
  const fix = 'Pass --region and --profile of the account that it was deployed to, or --local for a local platform.';
  if (found.length === 0) throw new CliError(`No stack in ${region} holds a video platform.`, fix, EXIT.notFound, 'NO_STACK');
  throw new CliError(`Several stacks in ${region} hold a video platform: ${found.map(({ stack }) => stack).join(', ')}.`,
    'Choose one with --stack.', EXIT.notFound, 'SEVERAL_STACKS');
}

async function namedStack(client: CloudFormationClient, name: string, region: string): Promise<StackOutputs> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name })).catch(error => {
    if (!/does not exist/.test((error as Error).message)) throw error;
    throw new CliError(`There is no stack ${name} in ${region}.`, 'Check --stack, --region and --profile.', EXIT.notFound, 'NO_STACK');
  });
  const outputs = outputsOf(stack, region);
  if (outputs) return outputs;
  throw new CliError(`Stack ${name} holds no video platform: its outputs name no distribution, user pool and client.`,
    'Check --stack; an unfinished deployment has no outputs yet.', EXIT.notFound, 'NO_PLATFORM');
}

function outputsOf({ StackName, Outputs = [] }: Stack, region: string): StackOutputs | undefined {
  const valueOf = (name: StackOutput) => Outputs.find(({ OutputKey = '' }) => isOutput(OutputKey, name))?.OutputValue;
  const [url, userPoolId, clientId] = [valueOf('DistributionUrl'), valueOf('UserPoolId'), valueOf('UserPoolClientId')];
  if (url === undefined || userPoolId === undefined || clientId === undefined) return undefined;
  return { stack: StackName!, region, url, userPoolId, clientId, userPoolDomain: valueOf('UserPoolDomain') };
}

export async function deployedPlatform(options: PlatformOptions): Promise<Platform> {
  const outputs = await findStack(options);
  const { url, userPoolId, clientId, region } = outputs;
  return {
    url: url.replace(/\/$/, ''),
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    clientId,
    signInOrigin: await signInOrigin(outputs, options),
    scopes: SCOPES,
  };
}

async function signInOrigin({ userPoolDomain, userPoolId, region, stack }: StackOutputs, options: AwsOptions): Promise<string> {
  if (userPoolDomain !== undefined) return new URL(userPoolDomain.includes('://') ? userPoolDomain : `https://${userPoolDomain}`).origin;
  const cognito = new CognitoIdentityProviderClient(clientOptions(options));
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
  if (UserPool?.CustomDomain) return `https://${UserPool.CustomDomain}`;
  if (UserPool?.Domain) return `https://${UserPool.Domain}.auth.${region}.amazoncognito.com`;
  throw new CliError(`The user pool of ${stack} has no domain to sign in at.`, 'Give it one: pass domainPrefix to ViewerDirectory.', EXIT.notFound, 'NO_DOMAIN');
}
