import type { WorkerDefinition } from '../template';

export interface TaskSurroundings {
  readonly region: string;
  /** The AWS gateway. */
  readonly awsEndpoint: string;
  readonly credentialsUri: string;
  readonly agentUri: string;
}

/** Everything a container of the task finds in its environment. */
export function taskEnvironment({ environment }: WorkerDefinition, surroundings: TaskSurroundings): Record<string, string> {
  const { region, awsEndpoint, credentialsUri, agentUri } = surroundings;
  return {
    // The image has a path of its own; here ffmpeg is where the machine has it.
    PATH: process.env.PATH ?? '',
    ...environment,
    // What ECS sets for every task. Its credentials URI is relative to a link-local host that no laptop has.
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: credentialsUri,
    AWS_ENDPOINT_URL: awsEndpoint,
    ECS_AGENT_URI: agentUri,
  };
}
