export { bundleBootstrap } from './lambda-bundle';
export { FunctionRegistry } from './function-registry';
export { LambdaFunction } from './lambda-function';
export { LogFile } from './log-file';
export { StateInUse, StateLock } from './state-lock';
export { taskEnvironment } from './task-environment';
export { WorkerService } from './worker-service';
