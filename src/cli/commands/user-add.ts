import { AdminCreateUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { CliError, usageError } from '../errors';
import { clientOptions, findStack } from '../platform/deployed-stack';
import { findLocal } from '../platform/local-platform';
import { PlatformOptions } from '../platform/platform';
import { Output } from '../terminal/output';

export async function addUser(email: string, options: PlatformOptions, output: Output): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw usageError(`'${email}' is no email address.`, 'Users sign in with one: user add ada@example.com');
  const { client, userPoolId, where } = await directory(options);
  try {
    await client.send(new AdminCreateUserCommand({
      UserPoolId: userPoolId,
      Username: email,
      UserAttributes: [{ Name: 'email', Value: email }, { Name: 'email_verified', Value: 'true' }],
      DesiredDeliveryMediums: ['EMAIL'],
    }));
  } catch (error) {
    if ((error as Error).name !== 'UsernameExistsException') throw error;
    throw new CliError(`${email} is a user already.`, "Sign in with 'cdk-video-platform sign-in'.", undefined, 'USER_EXISTS');
  }
  const next = options.local ? 'Locally nobody needs a password.' : `A mail with a temporary password is on its way to ${email}; it is valid for three days.`;
  output.result({ email, userPoolId }, `${output.style('✓', 'green')} Added ${email} to ${where}. ${next}\n  Next: cdk-video-platform sign-in${options.local ? ' --local' : ''}`);
}

async function directory(options: PlatformOptions): Promise<{ client: CognitoIdentityProviderClient; userPoolId: string; where: string }> {
  if (options.local || options.state !== undefined) {
    const { signInOrigin, region, userPoolId, accessKeyId, secretAccessKey } = findLocal(options.state);
    const client = new CognitoIdentityProviderClient({ endpoint: signInOrigin, region, credentials: { accessKeyId, secretAccessKey } });
    return { client, userPoolId, where: 'the local platform' };
  }
  const { stack, userPoolId, region } = await findStack(options);
  return { client: new CognitoIdentityProviderClient({ ...clientOptions(options), region }), userPoolId, where: `stack ${stack}` };
}
