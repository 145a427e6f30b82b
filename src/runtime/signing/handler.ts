import { answering, CustomResourceEvent, isCustomResourceEvent } from './custom-resource';
import { Rotation } from './rotate';
import { createSecretsManagerClient } from '../adapters/aws/clients';
import { CloudFrontEdgeKeys, createEdgeClients } from '../adapters/aws/cloudfront-edge-keys';
import { SecretsManagerVault } from '../adapters/aws/secrets-manager-vault';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { readEnvironment, SIGNING_ENVIRONMENT, SIGNING_PROPAGATION_SECONDS, SIGNING_RETIREMENT_SECONDS } from '../contract';

/** A schedule sends `advance`; an operator may send the others. */
interface Command {
  readonly action: 'advance' | 'rotate' | 'revoke';
}

const environment = readEnvironment(SIGNING_ENVIRONMENT, process.env);
const logger = StructuredLogger.create('signing', environment.LOG_LEVEL);
const edge = new CloudFrontEdgeKeys(createEdgeClients(), {
  namePrefix: environment.KEY_NAME_PREFIX, storeArn: environment.KEY_VALUE_STORE_ARN,
});
const rotation = new Rotation({
  vault: new SecretsManagerVault(createSecretsManagerClient(), environment.SIGNING_KEYS_ARN),
  edge,
  logger,
  now: () => Math.floor(Date.now() / 1000),
  policy: {
    rotationSeconds: environment.ROTATION_SECONDS,
    propagationSeconds: SIGNING_PROPAGATION_SECONDS,
    retirementSeconds: SIGNING_RETIREMENT_SECONDS,
  },
});

const COMMANDS = {
  advance: () => rotation.advance(),
  rotate: () => rotation.rotateNow(),
  revoke: () => rotation.revoke(),
};

/** @returns which keys there are, and never a key. */
export async function handler(event: CustomResourceEvent | Command): Promise<{ keys: Array<{ id: string; status: string }> } | undefined> {
  if (isCustomResourceEvent(event)) {
    await answering(event, () => provide(event));
    return undefined;
  }
  if (!Object.hasOwn(COMMANDS, event.action)) throw new Error(`action must be one of ${Object.keys(COMMANDS).join(', ')}, got '${event.action}'`);
  const { keys } = await COMMANDS[event.action]();
  return { keys: keys.map(({ id, status }) => ({ id, status })) };
}

async function provide(event: CustomResourceEvent) {
  if (event.RequestType === 'Delete') {
    await edge.removeAll();
    return { physicalResourceId: event.PhysicalResourceId! };
  }
  const { keyGroupId } = await rotation.advance();
  return { physicalResourceId: keyGroupId, data: { KeyGroupId: keyGroupId } };
}
