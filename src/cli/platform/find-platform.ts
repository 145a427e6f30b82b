import { CliError, EXIT, usageError } from '../errors';
import { deployedPlatform } from './deployed-stack';
import { localPlatform } from './local-platform';
import { Platform, PlatformOptions } from './platform';

/** The platform that the options mean: local, at a URL, or in a stack. */
export async function findPlatform(options: PlatformOptions): Promise<Platform> {
  if (options.local || options.state !== undefined) return localPlatform(options.state);
  if (options.url !== undefined) return platformAt(options.url);
  return deployedPlatform(options);
}

/** By the settings that the platform hands to its own web page: no AWS credentials needed. */
async function platformAt(text: string): Promise<Platform> {
  if (!/^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(`${text}/`)) {
    throw usageError(`--url must begin with https://, got '${text}'.`, 'Pass the output DistributionUrl of the stack.');
  }
  const url = new URL(text).origin;
  const answer = await fetch(`${url}/config.json`);
  const config = answer.ok ? await answer.json().catch(() => undefined) as Record<string, unknown> | undefined : undefined;
  const { issuer, clientId, userPoolDomain, scopes } = config ?? {};
  if (typeof issuer !== 'string' || typeof clientId !== 'string' || typeof userPoolDomain !== 'string' || !Array.isArray(scopes)) {
    throw new CliError(`${url} is no video platform with a web console.`, 'Check --url, or find it by its stack with --stack.', EXIT.notFound, 'NO_PLATFORM');
  }
  return { url, issuer, clientId, signInOrigin: new URL(userPoolDomain).origin, scopes: scopes as string[] };
}
