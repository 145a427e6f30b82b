export { bundleBootstrap } from './lambda-bundle';
export { type LambdaCredentials, LambdaFunction, LAMBDA_PAYLOAD_BYTES } from './lambda-function';
export { type InvocationOutcome } from './lambda-instance';
export { LogFile } from './log-file';
export { StateLock } from './state-lock';
export { WorkerService } from './worker-service';
