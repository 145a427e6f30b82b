export { S3Service } from './service';
export type { S3ServiceOptions } from './service';
export type { BucketDefinition, CorsRule, CreationReason, ObjectCreated } from './types';
