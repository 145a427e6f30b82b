import type { SecretDefinition } from '../../aws/secretsmanager';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

export function readSecrets(environment: TemplateEnvironment): SecretDefinition[] {
  return environment.ofType('AWS::SecretsManager::Secret').map(secret => ({
    arn: secret.reference,
    name: secret.reference.split(':secret:')[1],
    initial: initialOf(secret),
  }));
}

/** Secrets Manager draws 32 characters when it is not told how many. */
function initialOf(secret: Resource): SecretDefinition['initial'] {
  const value = secret.text('SecretString');
  return value === undefined ? { randomCharacters: secret.number('GenerateSecretString.PasswordLength') ?? 32 } : { value };
}

export function readKeyValueStores(environment: TemplateEnvironment): string[] {
  return environment.ofType('AWS::CloudFront::KeyValueStore').map(store => store.arn);
}
