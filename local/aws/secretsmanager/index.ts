export { type SecretDefinition, SecretsManagerService } from './secrets-manager-service';
