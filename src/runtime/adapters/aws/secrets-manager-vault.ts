import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsFailure } from './aws-failure';
import { PermanentError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { Keyring } from '../../domain/signing/keyring';
import { SigningVault } from '../../ports/signing-vault';

/** The keyring as the JSON text of one secret. */
export class SecretsManagerVault implements SigningVault {
  constructor(private readonly client: SecretsManagerClient, private readonly secretArn: string) {}

  async read(): Promise<Keyring | undefined> {
    const text = await this.call('Reading the signing keys', () => this.client.send(new GetSecretValueCommand({ SecretId: this.secretArn })))
      .then(({ SecretString }) => SecretString);
    return parse(text);
  }

  async write(keyring: Keyring): Promise<void> {
    await this.call('Storing the signing keys', () => this.client.send(new PutSecretValueCommand({
      SecretId: this.secretArn, SecretString: JSON.stringify(keyring),
    })));
  }

  private async call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsFailure(error, operation);
    }
  }
}

/** CloudFormation makes the secret with an empty object in it. The text never enters a message. */
function parse(text = ''): Keyring | undefined {
  let value: Partial<Keyring>;
  try {
    value = JSON.parse(text) as Partial<Keyring>;
  } catch {
    throw new PermanentError(FailureCode.SIGNING_KEYS_CORRUPT, 'The secret of the signing keys holds no JSON.');
  }
  if (Object.keys(value).length === 0) return undefined;
  if (value.version !== 1 || !Array.isArray(value.keys) || typeof value.keyGroupId !== 'string') {
    throw new PermanentError(FailureCode.SIGNING_KEYS_CORRUPT, 'The secret of the signing keys holds no keyring of version 1.');
  }
  return value as Keyring;
}
